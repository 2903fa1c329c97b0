#include "exec/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/testing.h"
#include "exec/output_pipes.h"

namespace hpopt {
namespace {

class ProcessTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text, mode_t mode) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  const std::string folder_ = testing::fresh_folder();
};

struct RunResult {
  std::string out;
  std::string err;
  int exit_code = -1;
};

std::string read_all(int fd) {
  std::string text;
  char buffer[1024];
  for (;;) {
    pollfd readable{fd, POLLIN, 0};
    ::poll(&readable, 1, -1);
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

RunResult run(const std::vector<std::string>& argv, const std::string& directory,
              bool terminal = false) {
  OutputPipes pipes = open_output(terminal).value();
  SpawnRequest request{.program = find_program(argv[0], directory).value(),
                       .argv = argv,
                       .environment = merged_environment({{"HPOPT_TRIAL", "7"}}),
                       .directory = directory,
                       .out = pipes.child_out.get(),
                       .err = terminal ? pipes.child_out.get() : pipes.child_err.get()};
  const pid_t process = spawn(request).value();
  pipes.child_out.reset();
  pipes.child_err.reset();
  RunResult ended;
  ended.out = read_all(pipes.out.get());
  if (pipes.err) ended.err = read_all(pipes.err.get());
  int status = 0;
  ::waitpid(process, &status, 0);
  ended.exit_code = exit_code_of(status);
  return ended;
}

TEST_F(ProcessTest, OutputComesThroughTwoPipes) {
  const RunResult ended = run({"sh", "-c", "echo out; echo err >&2; exit 3"}, folder_);
  EXPECT_EQ(ended.out, "out\n");
  EXPECT_EQ(ended.err, "err\n");
  EXPECT_EQ(ended.exit_code, 3);
}

TEST_F(ProcessTest, ASignalIs128AndItsNumber) {
  EXPECT_EQ(run({"sh", "-c", "kill -TERM $$"}, folder_).exit_code, 128 + SIGTERM);
}

TEST_F(ProcessTest, InputIsEmptyAndNothingElseIsOpen) {
  const int leak = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  EXPECT_EQ(run({"sh", "-c", "cat; ls /proc/self/fd | wc -l"}, folder_).out,
            "4\n");  // ls opens one
  ::close(leak);
}

TEST_F(ProcessTest, DirectoryEnvironmentAndSessionAreItsOwn) {
  const RunResult ended =
      run({"sh", "-c",
           "pwd; echo $HPOPT_TRIAL; set -- $(cat /proc/$$/stat); test $6 = $$ && echo leads"},
          folder_);
  EXPECT_EQ(ended.out, folder_ + "\n7\nleads\n");
}

TEST_F(ProcessTest, ATerminalWhenOneIsAskedFor) {
  EXPECT_EQ(run({"sh", "-c", "test -t 1 && test -t 2 && echo yes"}, folder_, true).out, "yes\n");
  EXPECT_EQ(run({"sh", "-c", "test -t 1 || echo no"}, folder_).out, "no\n");
}

TEST_F(ProcessTest, ProgramsAreFoundFromTheWorkingDirectory) {
  file("tool", "#!/bin/sh\necho found\n", 0755);
  EXPECT_EQ(run({"./tool"}, folder_).out, "found\n");
}

TEST_F(ProcessTest, ErrorsSayHowToMend) {
  file("plain.py", "print(1)\n", 0644);
  file("headless", "echo 1\n", 0755);
  file("lost", "#!/no/such/interpreter\n", 0755);
  const auto error = [&](const std::string& name) {
    const auto found = find_program(name, folder_);
    return found ? std::string("found") : found.error().message();
  };
  EXPECT_NE(error("no-such-program").find("is not on the PATH"), std::string::npos);
  EXPECT_NE(error("./none").find("is missing"), std::string::npos);
  EXPECT_NE(error("./plain.py").find("chmod +x ./plain.py"), std::string::npos);
  EXPECT_NE(error("plain.py").find("write ./plain.py"), std::string::npos);
  EXPECT_NE(error(folder_).find("is not a file"), std::string::npos);
  const auto start = [&](const std::string& name) {
    const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    const auto spawned = spawn({.program = folder_ + "/" + name,
                                .argv = {name},
                                .environment = {},
                                .directory = folder_,
                                .out = null.get(),
                                .err = null.get()});
    return spawned ? std::string("started") : spawned.error().message();
  };
  EXPECT_NE(start("headless").find("#!/usr/bin/env"), std::string::npos);
  EXPECT_NE(start("lost").find("interpreter in its first line"), std::string::npos);
}

TEST_F(ProcessTest, APidfdTellsTheEnd) {
  const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const pid_t process = spawn({.program = "/bin/true",
                               .argv = {"true"},
                               .environment = {},
                               .directory = {},
                               .out = null.get(),
                               .err = null.get()})
                            .value();
  const UniqueFd ended = open_pidfd(process);
  ASSERT_TRUE(ended.valid());
  pollfd readable{ended.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, -1), 1);
  ::waitpid(process, nullptr, 0);
}

}  // namespace
}  // namespace hpopt
