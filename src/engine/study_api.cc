// Study: open, ask, tell.
#include "engine/opening.h"
#include "engine/run_command.h"
#include "engine/study_impl.h"
#include "engine/summary.h"
#include "engine/trial_info.h"
#include "exec/memory_words.h"
#include "storage/open_store.h"

namespace hpopt {
namespace {

Error moved_from() {
  return invalid("the trial was moved to another object", "tell the result of that one");
}

}  // namespace

Study::Study(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Study::Study(Study&&) noexcept = default;
Study& Study::operator=(Study&&) noexcept = default;
Study::~Study() {
  if (impl_ && impl_->is_inherited()) Impl::keep(std::move(impl_));
}

Result<Study> Study::open(std::string name, Options options) {
  if (name.empty()) return invalid("the study has no name", "give it one");
  if (Status valid = options.validate(); !valid) return valid.error();
  if (Status valid = validate(spec_of(name, options)); !valid) return valid.error();
  auto store = open_store(options.storage, true);
  if (!store) return store.error();
  auto impl = std::make_shared<Impl>(std::move(name), std::move(options));
  impl->store = std::move(*store);
  if (Status known = impl->find_id(); !known) return known.error();
  if (!impl->id.empty()) {
    const std::scoped_lock lock(impl->mutex);
    if (Status opened = impl->ensure_open(); !opened) return opened.error();
  }
  return Study(std::move(impl));
}

Result<Trial> Study::ask() {
  if (Status ours = impl_->check_process(); !ours) return ours.error();
  const std::scoped_lock lock(impl_->mutex);
  if (Status opened = impl_->ensure_open(); !opened) return opened.error();
  impl_->begin_work();
  impl_->keep_time();
  if (impl_->left() <= 0) {
    return Error{Code::kUnavailable, "the study's time is up", {}, "open it with more time"};
  }
  auto admitted = impl_->next(1, 1);
  if (!admitted) return admitted.error();
  if (!*admitted || (*admitted)->finished) {
    return Error{
        Code::kNotFound,
        *admitted ? "nothing more to ask: " + (*admitted)->reason : "nothing more to ask now",
        {},
        "tell the results that are still out, or open the study with more time or trials"};
  }
  return Trial(impl_->lease(**admitted));
}

Result<Trial> Study::attach(std::uint32_t number) {
  if (Status ours = impl_->check_process(); !ours) return ours.error();
  const std::scoped_lock lock(impl_->mutex);
  if (Status known = impl_->find_id(); !known) return known.error();
  if (impl_->id.empty()) return impl_->look().error();
  if (Status opened = impl_->ensure_open(); !opened) return opened.error();
  auto trial = impl_->attach(number);
  if (!trial) return trial.error();
  return Trial(std::move(*trial));
}

Status Study::enqueue(const Configuration& wanted) {
  if (Status ours = impl_->check_process(); !ours) return ours.error();
  const std::scoped_lock lock(impl_->mutex);
  if (Status opened = impl_->ensure_open(); !opened) return opened;
  return impl_->enqueue(wanted);
}

Status Study::tell(Trial& trial, double score) {
  if (!trial.impl_) return moved_from();
  if (Status ours = impl_->check_process(); !ours) return ours.error();
  const std::scoped_lock lock(trial.impl_->study->mutex);
  return trial.impl_->accept([&] { return trial.impl_->tell(score); });
}

Status Study::fail(Trial& trial, std::string_view why) {
  if (!trial.impl_) return moved_from();
  if (Status ours = impl_->check_process(); !ours) return ours.error();
  const std::scoped_lock lock(trial.impl_->study->mutex);
  return trial.impl_->accept([&] {
    return trial.impl_->fail(std::string(why), memory_in(why),
                             {.by = "user", .reason = std::string(why)});
  });
}

Status Study::set_aside(Trial& trial) {
  if (Status ours = impl_->check_process(); !ours) return ours.error();
  const std::scoped_lock lock(impl_->mutex);
  return trial.impl_->leave_off("set aside by the program that asked for it");
}

void Study::stop() {
  std::stop_source stopping;
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->stop_wanted = true;
    stopping = impl_->stopping;
  }
  stopping.request_stop();
  impl_->changed.notify_all();
}

Summary Study::summary() const {
  if (Status ours = impl_->check_process(); !ours) return failed_by(ours.error());
  const std::scoped_lock lock(impl_->mutex);
  if (!impl_->session) {  // a command's study is open only while it runs
    if (impl_->id.empty()) return {};
    auto stored = summarize(*impl_->store, impl_->id);
    return stored ? *stored : Summary{};
  }
  (void)impl_->session->refresh();
  Summary summary =
      make_summary(impl_->session->state(), impl_->id, impl_->budget->used(impl_->present()));
  summary.outcome =
      impl_->session->state().ended() ? Summary::Outcome::kFinished : Summary::Outcome::kPaused;
  return summary;
}

std::optional<Summary::Best> Study::best() const { return summary().best; }

std::vector<TrialInfo> Study::trials() const {
  if (impl_->is_inherited()) return {};
  const std::scoped_lock lock(impl_->mutex);
  const auto state = impl_->look();
  return state ? trial_infos(**state) : std::vector<TrialInfo>();
}

Space Study::space() const {
  if (impl_->is_inherited()) return impl_->options.space;
  const std::scoped_lock lock(impl_->mutex);
  const auto state = impl_->look();
  return state ? (*state)->space() : impl_->options.space;
}

const std::string& Study::id() const { return impl_->id; }

const std::string& Study::name() const { return impl_->name; }

}  // namespace hpopt
