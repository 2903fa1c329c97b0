// An event file of TensorBoard for the tests, written by tensorboardX 2.6.5 (PyPI):
//
//   for s in range(3):
//       writer.add_scalar('loss', 1 / (s + 1), s)
//       writer.add_scalar('val/acc', 0.5 + s * 0.125, s * 10 + 10)
//   # the same by its messages Event, Summary and TensorProto, all of tag 'f1':
//   #   step 40: dtype=1, float_val=[0.75]; step 50: dtype=1, tensor_content of 0.25;
//   #   step 60: dtype=2, double_val=[0.875]
//   writer.add_histogram('weights', numpy.arange(4.0), 1, bins=[0.0, 2.0, 4.0])
#pragma once

#include <string>
#include <string_view>

namespace hpopt {

inline std::string event_fixture() {
  constexpr std::string_view kHex =
      "1800000000000000a37f4b220967fb9be9bac1da411a0d627261696e2e4576656e743a324f495a8218000000"
      "00000000a37f4b2209574b9ce9bac1da412a0d0a0b0a046c6f7373150000803f6d1c806e1d00000000000000"
      "602fdf2309a74e9ce9bac1da41100a2a100a0e0a0776616c2f616363150000003f21be3df61a000000000000"
      "00129bd82d09df4e9ce9bac1da4110012a0d0a0b0a046c6f7373150000003f7ead8d0f1d0000000000000060"
      "2fdf23090b4f9ce9bac1da4110142a100a0e0a0776616c2f616363150000203fd22379811a00000000000000"
      "129bd82d09314f9ce9bac1da4110022a0d0a0b0a046c6f737315abaaaa3e94657c3e1d00000000000000602f"
      "df23095c4f9ce9bac1da41101e2a100a0e0a0776616c2f616363150000403f707027b31d0000000000000060"
      "2fdf2309000000000000f03f10282a100a0e0a026631420808012a040000403f6145c86e1d00000000000000"
      "602fdf2309000000000000f03f10322a100a0e0a0266314208080122040000803edf34b7ae21000000000000"
      "00017becf609000000000000f03f103c2a140a120a026631420c08023208000000000000ec3f6459f1fb7200"
      "00000000000025053a820903549ce9bac1da4110012a650a630a07776569676874732a581100000000000008"
      "40190000000000001040210000000000001840290000000000002c4032180000000000000000000000000000"
      "004000000000000010403a18000000000000000000000000000000400000000000000040887e4ef2";
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i < kHex.size(); i += 2) {
    bytes += static_cast<char>(digit(kHex[i]) * 16 + digit(kHex[i + 1]));
  }
  return bytes;
}

}  // namespace hpopt
