#include "cli/json_text.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

// A trainer's log or a file's name with such bytes once ended the program.
TEST(JsonText, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(json_document(Json{{"reason", "caf\xe9"}}),
            "{\n  \"reason\": \"caf\xef\xbf\xbd\"\n}\n");
}

}  // namespace
}  // namespace hpopt
