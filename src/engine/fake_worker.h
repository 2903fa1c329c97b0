// A worker for tests, in Python: it speaks docs/worker-protocol.md, well or badly, as its first
// argument says.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/testing.h"

namespace hpopt::testing {

inline constexpr const char* kFakeWorker = R"py(
import json, math, os, signal, socket, sys, time

mode = sys.argv[1]
folder = sys.argv[2]
line = socket.socket(fileno=os.dup(0)).makefile("rw", encoding="utf-8", newline="\n")


def say(word, value):
    line.write(json.dumps({word: value}) + "\n")
    line.flush()


def ask(word, value):
    say(word, value)
    return json.loads(line.readline())


def mark(name):
    with open(os.path.join(folder, name), "a") as file:
        file.write(f"{os.getpid()}\n")


def train(trial):
    """A curve of 27 steps that is paused and stopped on the way."""
    x, score = trial["params"]["x"], 0
    for step in range(trial["next_step"], (trial["last_step"] or 27) + 1):
        time.sleep(float(sys.argv[3]) if len(sys.argv) > 3 else 0)
        score = (1 - x * x) * (1 - math.exp(-0.2 * step))
        if ask("report", [step, score])["verdict"] != "continue":
            break
    say("tell", score)


def define(trial):
    opt = ask("suggest_categorical", ["opt", ["sgd", "adam"]])["value"]
    lr = ask("suggest_float", ["lr", 1e-5, 1, True, 0])["value"]
    n = ask("suggest_int", ["n", 1, 8, False, 1])["value"]
    assert "error" in ask("suggest_int", ["n", 5, 1, False, 1])
    assert ask("suggest_float", ["lr", "low", 1, True, 0])["error"]["code"] == "invalid"
    say("tell", lr * n if opt == "sgd" else -lr)


def play(trial):
    number = trial["trial"]
    if mode == "crash" or (mode == "crash-once" and number == 2):
        os._exit(3)
    if mode == "killed" and number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "fail":
        return say("fail", "RuntimeError: CUDA out of memory" if number == 2 else "no luck")
    if mode == "garbage" and number == 2:
        line.write("Epoch 1/3 [=====>]\n")
        return line.flush()
    if mode == "flood" and number == 2:
        while True:
            line.write("x" * 65536)
    if mode == "daemon" and os.fork() == 0:
        os.setsid()
        mark("daemons")
        time.sleep(1000)
    if mode == "hang":
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        ask("report", [1, 0.5])
        time.sleep(1000)
    if mode == "deaf":
        while True:
            say("report", [1, 0.5])
            time.sleep(0.001)
    if mode == "nan":
        say("report", [1, "nan"])
        line.readline()
    if mode == "define":
        return define(trial)
    if mode == "train":
        return train(trial)
    say("tell", trial["params"].get("x", 0.5))
    if mode == "leave":
        sys.exit(0)


mark("workers")
if mode == "mute":
    time.sleep(1000)
for text in iter(line.readline, ""):
    play(json.loads(text))
mark("exits")
)py";

/// The command of such workers, and the folder in which they leave their marks.
struct FakeWorkers {
  explicit FakeWorkers(const std::string& mode, const std::string& argument = {})
      : argv{"python3", folder + "/worker.py", mode, folder} {
    std::ofstream(folder + "/worker.py") << kFakeWorker;
    if (!argument.empty()) argv.push_back(argument);
  }

  /// The processes that have left this mark.
  [[nodiscard]] std::vector<pid_t> marked(const std::string& name) const {
    std::ifstream file(folder + '/' + name);
    std::vector<pid_t> processes;
    for (pid_t process = 0; file >> process;) processes.push_back(process);
    return processes;
  }

  std::string folder = fresh_folder();
  std::vector<std::string> argv;
};

/// A program that does the same as `argv`, and is gone once it was started twice.
inline std::string self_removing_program(const std::string& folder,
                                         const std::vector<std::string>& argv) {
  std::string program = folder + "/twice";
  std::ofstream file(program);
  file << "#!/bin/sh\nmkdir \"$0.started\" 2>/dev/null || rm -f \"$0\"\nexec";
  for (const std::string& word : argv) file << " '" << word << '\'';
  file.close();
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  return program;
}

}  // namespace hpopt::testing
