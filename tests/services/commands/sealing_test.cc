// Sealing at the door and opening at the query, down to the bytes on disk.
#include "services/commands/sealing.h"

#include <set>

#include "eventstore/log/role.h"
#include "eventstore/vault/key_rows.h"
#include "services/commands/sealed_fields.h"
#include "skyndsamt/event/v1/options.pb.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/log/v1/log.pb.h"
#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class SealingTest : public House {
 protected:
  log::v1::Body BodyOf(const log::Record& record) {
    log::v1::Body body;
    EXPECT_TRUE(body.ParseFromString(record.body));
    return body;
  }
};

const char kName[] = "Nils Kanariefågel";
const char kSecondName[] = "Nils Kanariefågel-Gök";
const char kNote[] = "kanarietext som ingen får läsa";

std::string Declared(const std::string& id, const std::string& name) {
  return "id: '" + id +
         "' happened { edtf: '2026-01-12' } person_declared { person: '$nils' kind: PARTY_CHILD "
         "name: '" +
         name + "' contact: '070-kanarie' }";
}

TEST_F(SealingTest, KeepsEveryTextOutOfEveryFile) {
  MustRecord(Request("1", "incident", {kOpened, Declared("d", kName)}));
  MustRecord(
      Request("2", "incident",
              {std::string("id: 'k' happened { edtf: '2026-01-12' } note: '") + kNote +
                   "' mentions: '$nils' staff_learned {}",
               "id: 'c' happened { edtf: '2026-01-12' } classified { type: "
               "CONDUCT_TYPE_HARASSMENT grounds: [GROUND_RELIGION, GROUND_AGE] local_grounds: "
               "['kanariegrund', 'annan kanarie'] }"}));
  for (const bool restart : {false, true}) {
    if (restart) Restart();
    const std::string all = AllBytes();
    for (const char* canary : {kName, kNote, "070-kanarie", "kanarie", "cykelst", "Sparkade"}) {
      EXPECT_EQ(all.find(canary), std::string::npos) << canary;
    }
    const auto records = Stream(Uuid("incident"));
    ASSERT_EQ(records.size(), 4u);
    EXPECT_EQ(Opened(records[0]).fact.incident_opened().description(),
              "Sparkade honom bakom cykelstället");
    EXPECT_EQ(Opened(records[1]).fact.person_declared().name(), kName);
    EXPECT_EQ(Opened(records[1]).fact.person_declared().contact(), "070-kanarie");
    EXPECT_EQ(Opened(records[2]).fact.note(), kNote);
    const auto classified = Opened(records[3]);
    EXPECT_EQ(classified.fact.SerializeAsString(),
              FactOf("id: 'c' happened { edtf: '2026-01-12' } classified { type: "
                     "CONDUCT_TYPE_HARASSMENT grounds: [GROUND_RELIGION, GROUND_AGE] "
                     "local_grounds: ['kanariegrund', 'annan kanarie'] }")
                  .SerializeAsString());
    EXPECT_EQ(classified.sealed,
              (std::vector<std::string>{"classified.grounds", "classified.local_grounds"}));
  }
}

TEST_F(SealingTest, SealsAPersonsDataUnderOneKeyPerIncidentAndTextsUnderTheirOwn) {
  for (const std::string incident : {"incident", "other"}) {
    MustRecord(Request("1 " + incident, incident, {kOpened, Declared("d", kName)}));
  }
  Restart();
  for (const std::string incident : {"incident", "other"}) {
    MustRecord(Request("2 " + incident, incident,
                       {Declared("d2", kSecondName),
                        "id: 't' happened { edtf: '2026-01-13' } conversation_held { person: "
                        "'$nils' with: CONVERSATION_WITH_CHILD account: 'berättelse' }",
                        "id: 'u' happened { edtf: '2026-01-13' } conversation_held { "
                        "with: CONVERSATION_WITH_GROUP account: 'gruppens berättelse' }"}));
  }
  std::set<std::string> persons, texts;
  int of_persons = 0, of_texts = 0;
  for (const std::string incident : {"incident", "other"}) {
    std::set<std::string> here;
    for (const auto& record : Stream(Uuid(incident))) {
      const auto body = BodyOf(record);
      ASSERT_EQ(static_cast<size_t>(body.sealed_size()), record.parts.size());
      for (int i = 0; i < body.sealed_size(); ++i) {
        EXPECT_EQ(body.sealed(i).key_id(), record.parts[static_cast<size_t>(i)].key.view());
        const bool person = !body.sealed(i).person().empty();
        EXPECT_EQ(body.sealed(i).person(), person ? Uuid("nils") : "");
        (person ? here : texts).insert(body.sealed(i).key_id());
        ++(person ? of_persons : of_texts);
      }
    }
    EXPECT_EQ(here.size(), 1u) << "one key per incident and person";
    persons.insert(here.begin(), here.end());
  }
  EXPECT_EQ(persons.size(), 2u);
  EXPECT_EQ(of_persons, 10);
  EXPECT_EQ(texts.size(), static_cast<size_t>(of_texts));
  EXPECT_EQ(of_texts, 6);  // description, fingerprint and the group's account, twice
}

TEST_F(SealingTest, SealsCorrectionsWithTheirReplacements) {
  MustRecord(Request("1", "incident", {kOpened, Declared("d", kName)}));
  const std::string correction =
      "id: 'x' happened { edtf: '2026-01-14' } note: 'rättat' mentions: '$nils' correction { of: "
      "'d' reason: 'felstavat' replacement { happened { edtf: '2026-01-12' } note: "
      "'inuti' mentions: '$olle' person_declared { person: '$nils' kind: PARTY_CHILD name: "
      "'Nisse' } } }";
  MustRecord(Request("2", "incident", {correction}));
  const auto record = Stream(Uuid("incident")).back();
  const auto body = BodyOf(record);
  std::vector<std::string> paths;
  for (const auto& field : body.sealed()) paths.push_back(field.field_path());
  EXPECT_EQ(paths, (std::vector<std::string>{"note", "correction.replacement.note",
                                             "correction.replacement.person_declared.name",
                                             "correction.reason"}));
  EXPECT_EQ(body.sealed(0).mentions(0), Uuid("nils"));
  EXPECT_EQ(body.sealed(1).mentions(0), Uuid("olle"));
  EXPECT_EQ(body.sealed(2).person(), Uuid("nils"));
  EXPECT_EQ(body.sealed(3).mentions(0), Uuid("nils"));
  const auto first = BodyOf(Stream(Uuid("incident"))[1]);
  EXPECT_EQ(body.sealed(2).key_id(), first.sealed(0).key_id());
  EXPECT_EQ(Opened(record).fact.SerializeAsString(), FactOf(correction).SerializeAsString());
}

TEST_F(SealingTest, LeavesErasedFieldsEmptyAndGoesOn) {
  MustRecord(Request("1", "incident", {kOpened, Declared("d", kName)}));
  const auto before = Stream(Uuid("incident"));
  const auto key = before[1].parts[0].key;
  ASSERT_TRUE(keys_->Erase({key}).ok());
  const auto opened = Opened(before[1]);
  EXPECT_EQ(opened.fact.person_declared().name(), "");
  EXPECT_EQ(opened.fact.person_declared().contact(), "");
  EXPECT_EQ(opened.erased, opened.sealed);
  EXPECT_EQ(opened.erased.size(), 2u);
  EXPECT_EQ(Opened(before[0]).erased.size(), 0u);
  // What is recorded about the person from now on is under a new key.
  for (const bool restart : {false, true}) {
    if (restart) Restart();
    const std::string id = restart ? "d3" : "d2";
    MustRecord(Request(id, "incident", {Declared(id, kSecondName)}));
    const auto record = Stream(Uuid("incident")).back();
    EXPECT_NE(record.parts[0].key, key);
    EXPECT_EQ(Opened(record).fact.person_declared().name(), kSecondName);
  }
}

// With the fingerprints' key gone nobody can guess what was asked; the request id alone decides.
TEST_F(SealingTest, HonoursRequestIdsAfterTheFingerprintKeyIsErased) {
  const auto open = Request("1", "incident", {kOpened});
  const auto more = Request("2", "incident", {kLearned});
  MustRecord(open);
  MustRecord(more);
  const auto record = Stream(Uuid("incident"))[0];
  const auto body = BodyOf(record);
  const int last = body.sealed_size() - 1;
  ASSERT_EQ(body.sealed(last).field_path(), kFingerprintPath);
  ASSERT_TRUE(keys_->Erase({record.parts[static_cast<size_t>(last)].key}).ok());
  const auto third = Request("3", "incident",
                             {"id: 'p' happened { edtf: '2026-01-13' } "
                              "principal_informed {}"});
  for (const bool restart : {false, true}) {
    if (restart) Restart();
    EXPECT_TRUE(MustRecord(open).deduplicated());
    EXPECT_TRUE(MustRecord(more).deduplicated());
    EXPECT_EQ(MustRecord(third).deduplicated(), restart);
    EXPECT_EQ(MustRecord(third).revision(), 2u);
    EXPECT_TRUE(MustRecord(more).deduplicated());
  }
  EXPECT_EQ(Stream(Uuid("incident")).size(), 3u);
}

// Every sealed field of every event comes out of its message and goes back into it.
void Fill(Message& message, int depth) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->containing_oneof() != nullptr && field->message_type() != nullptr) continue;
    const auto data_class = field->options().GetExtension(event::v1::data).class_();
    const bool sealed = data_class == event::v1::DATA_CLASS_SEALED_TEXT ||
                        data_class == event::v1::DATA_CLASS_SEALED_CODE;
    if (sealed && field->is_repeated()) {
      for (int n : {1, 2}) {
        ASSERT_TRUE(PutSealed(message, field->name(), std::to_string(n)));
      }
    } else if (sealed) {
      ASSERT_TRUE(PutSealed(message, field->name(), "text of " + field->full_name()));
    } else if (field->message_type() != nullptr && depth > 0) {
      Fill(field->is_repeated() ? *reflection.AddMessage(&message, field)
                                : *reflection.MutableMessage(&message, field),
           depth - 1);
    }
  }
}

TEST(SealedFields, MoveOutAndBackInOfEveryFact) {
  const auto* kinds = event::v1::Fact::descriptor()->oneof_decl(0);
  int sealed = 0;
  for (int i = 0; i < kinds->field_count(); ++i) {
    event::v1::Fact fact;
    const auto& reflection = *fact.GetReflection();
    Fill(*reflection.MutableMessage(&fact, kinds->field(i)), 3);
    fact.set_note("note");
    if (fact.has_correction()) fact.mutable_correction()->mutable_replacement()->set_note("inner");
    const std::string before = fact.SerializeAsString();
    std::vector<std::pair<std::string, std::string>> moved;
    ForEachSealed(fact, [&](const SealedValue& value) {
      for (int n = 0; n < value.size(); ++n) moved.emplace_back(value.path, value.Text(n));
      value.Clear();
    });
    ForEachSealed(fact, [](const SealedValue& value) { ADD_FAILURE() << value.path; });
    for (const auto& [path, text] : moved) {
      EXPECT_EQ(fact.SerializeAsString().find(text.size() > 3 ? text : "text of"),
                std::string::npos);
    }
    for (const auto& [path, text] : moved) EXPECT_TRUE(PutSealed(fact, path, text)) << path;
    EXPECT_EQ(fact.SerializeAsString(), before) << kinds->field(i)->name();
    sealed += static_cast<int>(moved.size());
  }
  EXPECT_GT(sealed, 60);
}

TEST(SealedFields, PutBackNothingWhereNothingWasSealed) {
  event::v1::Fact fact;
  fact.mutable_staff_learned();
  for (const char* path :
       {"", ".", "id", "nothing", "note.x", "staff_learned", "classified.grounds", "children[0]",
        "children[0].x", "correction.reason"}) {
    EXPECT_FALSE(PutSealed(fact, path, "text")) << path;
  }
  fact.mutable_classified();
  EXPECT_FALSE(PutSealed(fact, "classified.grounds", "religion"));
  EXPECT_TRUE(PutSealed(fact, "classified.grounds", "4"));
}

// Else callers who ask again and again while the disk is full would use up what there is.
TEST_F(SealingTest, ACommandThatTheLogDoesNotTakeUsesUpNoKeys) {
  MustRecord(Request("1", "incident", {kOpened}));
  const auto next = [this] {
    const auto taken = keys_->Take(1);
    EXPECT_TRUE(taken.ok()) << taken.status();
    return vault::Counter(taken->front().id.view());
  };
  const uint64_t before = next();
  ASSERT_TRUE(log_->Retire().ok());
  std::promise<absl::StatusOr<RecordOutcome>> promise;
  commands_->RecordFacts(caller_, Request("2", "incident", {Declared("d", kName)}),
                         [&](auto outcome) { promise.set_value(outcome); });
  EXPECT_TRUE(log::IsTakesNoAppends(promise.get_future().get().status()));
  api::v1::DeclareAuthorityRequest declare;
  declare.set_request_id(Uuid("request 3"));
  declare.mutable_authority()->set_authority(Uuid("authority"));
  declare.mutable_authority()->set_name("Staden");
  declare.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_MUNICIPAL);
  EXPECT_TRUE(log::IsTakesNoAppends(authorities_->DeclareAuthority(caller_, declare).status()));
  EXPECT_EQ(next(), before + 1);
}

}  // namespace
}  // namespace skyndsamt::commands
