#include "model/families/family.h"

namespace attention_head {

const Family& family_of(FamilyId id) {
  switch (id) {
    case FamilyId::kBert:
      return kBert;
    case FamilyId::kRoberta:
      return kRoberta;
    case FamilyId::kDistilbert:
      return kDistilbert;
    case FamilyId::kGpt2:
      return kGpt2;
    case FamilyId::kQwen2:
    case FamilyId::kQwen3:
      return kQwen;
    case FamilyId::kGemma2:
    case FamilyId::kGemma3:
      return kGemma;
    default:
      return kLlama;
  }
}

}  // namespace attention_head
