#include "exec/memory_words.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

// Real lines, as these programs print them.
TEST(MemoryWords, DevicesSayItInTheirOwnWays) {
  for (const char* line : {
           "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a "
           "total capacity of 23.69 GiB of which 1.2 GiB is free.",
           "RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 3.94 GiB total)",
           "RuntimeError: CUDA error: out of memory",
           "torch.cuda.OutOfMemoryError: HIP out of memory. Tried to allocate 3.00 GiB",
           "RuntimeError: HIP error: out of memory",
           "hipErrorOutOfMemory: out of memory",
           "RuntimeError: Native API failed. Native API returns: 39 "
           "(UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY)",
           "torch.OutOfMemoryError: XPU out of memory. Tried to allocate 4.00 GiB",
           "RuntimeError: Native API failed. Native API returns: -5 (PI_ERROR_OUT_OF_RESOURCES)",
           "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling "
           "`cublasCreate(handle)`",
           "RuntimeError: cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
           "RuntimeError: MPS backend out of memory (MPS allocated: 9.0 GB, max allowed: 9.07 GB).",
           "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory allocating "
           "17179869184 bytes.",
           "E0000 00:00 RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8589934592 "
           "bytes.",
           "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating "
           "tensor with shape[8192,8192] and type float on /job:localhost/replica:0/task:0/"
           "device:GPU:0 by allocator GPU_0_bfc [Op:MatMul]",
           "hipMalloc failed: out of memory",
           "TPU: out of memory",
           "thrust::system::system_error: cudaErrorMemoryAllocation: out of memory",
       }) {
    EXPECT_EQ(memory_in(line), Memory::kDevice) << line;
  }
}

TEST(MemoryWords, MachinesSayItInTheirOwnWays) {
  for (
      const char* line : {
          "MemoryError",
          "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 745. GiB for an array with "
          "shape (100000, 1000000) and data type float64",
          "  what():  std::bad_alloc",
          "terminate called after throwing an instance of 'std::bad_alloc'",
          "OSError: [Errno 12] Cannot allocate memory",
          "RuntimeError: [enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't "
          "allocate memory: you tried to allocate 400000000000 bytes. Error code 12",
          "RuntimeError: DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes.",
          "RuntimeError: DataLoader worker (pid 4242) is killed by signal: Killed.",
          "ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient "
          "shared memory (shm). It is possible that dataloader's workers are out of shared memory",
          "java.lang.OutOfMemoryError: Java heap space",
          "cc1plus: out of memory allocating 65536 bytes after a total of 1323008 bytes",
          "Unable to allocate 2.0 GiB for the output array",
          "ship.py: out of memory",
          "MemoryError: too many jumps and dumps to expunge",
          "Killed",
          "./train.sh: line 3:  4711 Killed                  python train.py",
          "ResourceExhaustedError: OOM when allocating tensor with shape[9,9] on "
          "/job:localhost/replica:0/task:0/device:CPU:0 by allocator cpu",
          "xgboost.core.XGBoostError: bad_allocation: std::bad_alloc: failed",
      }) {
    EXPECT_EQ(memory_in(line), Memory::kHost) << line;
  }
}

TEST(MemoryWords, AMentionIsNoFailure) {
  for (const char* line : {
           "no out of memory so far",
           "no CUDA out of memory in 300 steps",
           "trained 10 epochs without running out of memory",
           "If you run out of memory, lower --batch-size",
           "hint: when CUDA is out of memory try gradient checkpointing",
           "this could run out of memory on small cards",
           "expandable_segments:True to avoid out of memory",
           "memory: 12 GiB of 24 GiB used",
           "gpu memory 0.9",
           "killed 3 zombies in the game",
           "room 137",
       }) {
    EXPECT_EQ(memory_in(line), Memory::kEnough) << line;
  }
}

TEST(MemoryWords, TheErrorThatEndedItCounts) {
  EXPECT_EQ(memory_told_by({"epoch 1", "Traceback (most recent call last):", "  x = f(x)",
                            "torch.OutOfMemoryError: CUDA out of memory."}),
            Memory::kDevice);
  // It was survived: the program failed of something else.
  EXPECT_EQ(memory_told_by({"WARNING: CUDA out of memory, the batch is skipped",
                            "Traceback (most recent call last):", "KeyError: 'labels'"}),
            Memory::kEnough);
  // It led to the other.
  EXPECT_EQ(memory_told_by({"torch.OutOfMemoryError: CUDA out of memory.", "",
                            "During handling of the above exception, another exception occurred:",
                            "Traceback (most recent call last):", "RuntimeError: cleanup failed"}),
            Memory::kDevice);
  EXPECT_EQ(memory_told_by({"MemoryError",
                            "torch.distributed.elastic.multiprocessing.errors.ChildFailedError:",
                            "  exitcode : 1"}),
            Memory::kHost);
  EXPECT_EQ(memory_told_by({}), Memory::kEnough);
}

}  // namespace
}  // namespace hpopt
