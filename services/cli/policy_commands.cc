// policy: what is in force, what an authority has published, and what it is about to.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "projections/law/shipped_rules.h"
#include "services/cli/codes.h"
#include "services/cli/commands.h"
#include "services/cli/local_file.h"
#include "services/cli/policy_listing.h"
#include "services/cli/policy_publisher.h"

namespace skyndsamt::cli {
namespace {

constexpr size_t kMostFileBytes = 1u << 20;

// What a subcommand is asked.
struct PolicyQuestion {
  std::string authority, unit, version, file, as_of;
  bool shipped = false;
  bool summary_only = false;
};
using Asked = std::shared_ptr<PolicyQuestion>;

// Reads a policy file and hands it on, with where it came from for messages.
int WithFile(const Context& context, const std::string& path,
             const std::function<int(const PolicyFile&)>& run) {
  const auto text = ReadLocalFile(path, kMostFileBytes);
  if (const auto* failure = std::get_if<Failure>(&text)) return context.Fail(*failure);
  const auto read = ReadPolicyFile(std::get<std::string>(text));
  if (const auto* problem = std::get_if<Problem>(&read)) {
    return context.Fail(WrongIn(path, *problem));
  }
  return run(std::get<PolicyFile>(read));
}

int ShowRules(const Context& context, const PolicyQuestion& asked) {
  if (!asked.shipped) return Rules(context, asked.version);
  context.terminal.out << law::ShippedRulesText();
  return kOk;
}

int Validate(const Context& context, const PolicyQuestion& asked) {
  return WithFile(context, asked.file, [&](const PolicyFile& file) {
    const auto session = context.Connect();
    PolicyPublisher publisher(*session, asked.file, file);
    if (auto failure = publisher.Validate()) return context.Fail(*failure);
    context.terminal.out << (context.json ? "{\"valid\":true}\n" : "nothing to remark\n");
    return static_cast<int>(kOk);
  });
}

int Publish(const Context& context, const PolicyQuestion& asked) {
  return WithFile(context, asked.file, [&](const PolicyFile& file) {
    const auto session = context.Connect();
    PolicyPublisher publisher(*session, asked.file, file);
    if (auto failure = publisher.Validate()) return context.Fail(*failure);
    std::vector<Published> published;
    const auto failure = publisher.Publish(&published);
    PrintPublished(context, published);
    return failure ? context.Fail(*failure) : static_cast<int>(kOk);
  });
}

int Preview(const Context& context, const PolicyQuestion& asked) {
  return WithFile(context, asked.file, [&](const PolicyFile& file) {
    const auto session = context.Connect();
    api::v1::PreviewPolicyRequest request;
    request.set_authority(asked.authority.empty() ? file.authority : asked.authority);
    *request.mutable_draft() = file.draft;
    request.set_as_of(asked.as_of);
    request.set_summary_only(asked.summary_only);
    if (auto failure = PreviewDraft(context, *session, request)) {
      failure->text = asked.file + ": " + failure->text;
      return context.Fail(*failure);
    }
    return static_cast<int>(kOk);
  });
}

// A subcommand of policy that is run with what it was asked. Server, token, --json and --lang are
// policy's own, wherever they stand on the line.
CLI::App* Add(CLI::App& policy, Context& context, const char* name, const char* what,
              const Asked& asked, std::function<int(const Context&, const PolicyQuestion&)> run) {
  auto* command = policy.add_subcommand(name, what)->fallthrough();
  command->callback([&context, asked, run = std::move(run)] {
    context.chosen = [&context, asked, run] { return run(context, *asked); };
  });
  return command;
}

void AddReading(CLI::App& policy, Context& context, const Asked& asked) {
  auto* rules =
      Add(policy, context, "rules", "Statutes and published yardsticks in force", asked, ShowRules);
  rules->add_option("--version", asked->version, "Those of a version");
  rules->add_flag("--shipped", asked->shipped, "Those this program brings, as a policy file");
  Add(policy, context, "rule-sets", "Every version of the rules that was published", asked,
      [](const Context& c, const PolicyQuestion&) { return RuleSets(c); });
  auto* routines =
      Add(policy, context, "routines", "An authority's routine in its versions", asked,
          [](const Context& c, const PolicyQuestion& q) { return Routines(c, q.authority); });
  routines->add_option("AUTHORITY", asked->authority, "Authority id")->required();
  auto* closing = Add(policy, context, "closing-days", "Closing days of an authority's units",
                      asked, [](const Context& c, const PolicyQuestion& q) {
                        return ClosingDays(c, q.authority, q.unit);
                      });
  closing->add_option("AUTHORITY", asked->authority, "Authority id")->required();
  closing->add_option("--unit", asked->unit, "Of this unit, and of all units");
  auto* yardsticks =
      Add(policy, context, "yardsticks", "Yardsticks that an authority has added", asked,
          [](const Context& c, const PolicyQuestion& q) { return OwnYardsticks(c, q.authority); });
  yardsticks->add_option("AUTHORITY", asked->authority, "Authority id")->required();
}

void AddWriting(CLI::App& policy, Context& context, const Asked& asked) {
  Add(policy, context, "validate",
      "Say everything that is wrong with a policy file; record nothing", asked, Validate)
      ->add_option("FILE", asked->file, "Policy file (deploy/policies)")
      ->required();
  Add(policy, context, "publish", "Publish a policy file; one published before doubles nothing",
      asked, Publish)
      ->add_option("FILE", asked->file, "Policy file (deploy/policies)")
      ->required();
  auto* preview = Add(policy, context, "preview",
                      "Which cases a policy file would judge otherwise, and how", asked, Preview);
  preview->add_option("FILE", asked->file, "Policy file (deploy/policies)")->required();
  preview->add_option("--as-of", asked->as_of, "Judged as of then: a date (its end) or an instant");
  preview->add_option("--authority", asked->authority,
                      "Authority id, for a file that holds a rule set alone");
  preview->add_flag("--summary", asked->summary_only, "Numbers alone");
}

}  // namespace

void AddPolicy(CLI::App& app, Context& context) {
  auto* policy =
      app.add_subcommand("policy", "Statutes, yardsticks, an authority's routine; new versions");
  auto asked = std::make_shared<PolicyQuestion>();
  AddReading(*policy, context, asked);
  AddWriting(*policy, context, asked);
  auto authority = std::make_shared<std::string>();
  policy->add_option("AUTHORITY", *authority, "Authority id: show its routine; none = the rules");
  AddServerOptions(*policy, context);
  AddJson(*policy, context);
  AddLanguage(*policy, context);
  policy->require_subcommand(0, 1);
  policy->callback([policy, &context, authority] {
    if (!policy->get_subcommands().empty()) return;
    context.chosen = [&context, authority] {
      return authority->empty() ? Rules(context, "") : Routines(context, *authority);
    };
  });
}

}  // namespace skyndsamt::cli
