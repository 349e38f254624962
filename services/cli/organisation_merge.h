// What case files say of authorities and units, laid over what has been declared of them: what is
// new, and where a file says otherwise. So one file's answers stay what they were when another that
// says less of the same unit, or something else, is played after it.
//
// What a file leaves out is as it is: as declared from the same day, else as it was before that
// day. What has not been said before may be added, and places are added to those that are there;
// anything else that differs from what is declared from the same day is a problem. What is declared
// from a later day stands as it was declared: where there is such a day, what always was so is not
// declared anew, since that takes the place of all there is, and further places are added to the
// last day's.
//
// Pure. Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/cli/casefile.h"
#include "services/cli/problem.h"
#include "skyndsamt/event/v1/organisation.pb.h"

namespace skyndsamt::cli {

// Something to declare, and where it is said.
struct Declaration {
  size_t file = 0;   // which one said it
  std::string path;  // $.authority, $.unit, $.unit.changes[0]
  std::string authority;
  event::v1::AuthorityEvent event;
};

class OrganisationMerge {
 public:
  // What has been declared, before any file is heard: each as it stands, units by their first day.
  void Has(const event::v1::AuthorityDeclared& authority);
  void Has(const event::v1::UnitDeclared& unit);
  // The problem where the file says otherwise than what is declared or a file before it says.
  std::optional<Problem> Say(const CaseFile& file, size_t number);
  // What is new, complete, in the order in which it is to be declared.
  std::vector<Declaration> New() const;

 private:
  // Of an authority, or of a unit from one day.
  template <typename Message>
  struct Known {
    std::optional<Message> had;
    Message now;  // without `had` no more than files say
    size_t file = 0;
    std::string path;
  };
  struct KnownUnit {
    std::string authority;  // empty: no file says anything of it
    std::string name;       // in files: its id is derived from it
    std::map<std::string, Known<event::v1::UnitDeclared>> by_day;  // what always was so is first
  };

  template <typename Message>
  static void Set(Known<Message>& known, Message now, size_t number, const std::string& path) {
    if (now.SerializeAsString() == known.now.SerializeAsString() && !known.path.empty()) return;
    known.now = std::move(now);
    known.file = number;
    known.path = path;
  }
  std::optional<Problem> SayOfUnit(const CaseFile& file, size_t number);
  std::optional<Problem> SayFrom(const event::v1::UnitDeclared& said, size_t number,
                                 const std::string& path, KnownUnit& unit);
  static void AddNew(const std::string& id, const KnownUnit& unit,
                     std::vector<Declaration>& declarations);

  std::map<std::string, Known<event::v1::AuthorityDeclared>> authorities_;  // by id
  std::map<std::string, KnownUnit> units_;                                  // by id
};

}  // namespace skyndsamt::cli
