#include "engine/presence.h"

#include <mutex>
#include <set>

#include "base/text.h"
#include "study/holder.h"

namespace hpopt {
namespace {

/// The sessions of this process that are at work.
struct Registry {
  std::mutex mutex;
  std::set<std::string> names;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

Presence::Presence() : name_(holder_id() + '#' + random_id()) {
  const std::scoped_lock lock(registry().mutex);
  registry().names.insert(name_);
}

Presence::~Presence() {
  const std::scoped_lock lock(registry().mutex);
  registry().names.erase(name_);
}

bool Presence::is_at_work(const std::string& name) {
  const std::string holder = name.substr(0, name.find('#'));
  if (!is_holder_alive(holder)) return false;
  if (holder != holder_id()) return true;
  const std::scoped_lock lock(registry().mutex);
  return registry().names.contains(name);
}

}  // namespace hpopt
