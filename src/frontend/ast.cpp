#include "frontend/ast.h"

namespace perigee {

Constant constantOf(const Expr* expr) {
  while (expr->kind == ExprKind::Paren) expr = as<ParenExpr>(expr)->inner;
  switch (expr->kind) {
  case ExprKind::Nil: return Constant::ofKind(Constant::Kind::Nil);
  case ExprKind::True: return Constant::ofBoolean(true);
  case ExprKind::False: return Constant::ofBoolean(false);
  case ExprKind::Integer: return Constant::ofInteger(as<IntegerExpr>(expr)->value);
  case ExprKind::Float: return Constant::ofFloat(as<FloatExpr>(expr)->value);
  case ExprKind::String: return Constant::ofString(as<StringExpr>(expr)->value);
  case ExprKind::NamedConstant: return as<NamedConstantExpr>(expr)->var->constant;
  case ExprKind::Unary: {
    const Constant* folded = as<UnaryExpr>(expr)->folded;
    return folded != nullptr ? *folded : Constant{};
  }
  case ExprKind::Binary:
  case ExprKind::And:
  case ExprKind::Or: {
    const Constant* folded = as<BinaryExpr>(expr)->folded;
    return folded != nullptr ? *folded : Constant{};
  }
  default: return {};
  }
}

Expr* leftOperand(const Expr* expr) {
  switch (expr->kind) {
  case ExprKind::Index: return as<IndexExpr>(expr)->object;
  case ExprKind::Field: return as<FieldExpr>(expr)->object;
  case ExprKind::Call:
  case ExprKind::MethodCall: return as<CallExpr>(expr)->callee;
  case ExprKind::Binary:
  case ExprKind::And:
  case ExprKind::Or: return as<BinaryExpr>(expr)->left;
  default: return nullptr;
  }
}

} // namespace perigee
