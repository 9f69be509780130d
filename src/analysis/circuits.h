#pragma once

#include <Eigen/Core>

#include "model/transformer.h"

namespace attention_head {

// What a head is by its weights alone (Elhage et al. 2021), as factors: its circuits QK = W_Qᵀ W_K and
// OV = W_O W_V are [hidden, hidden] of rank head_dim and are never made. The weight of the norm before the
// layer is multiplied into W_Q, W_K and W_V, as TransformerLens folds it.
struct HeadCircuit {
  Eigen::MatrixXf query;   // [head_dim, hidden]
  Eigen::MatrixXf key;     // [head_dim, hidden]
  Eigen::MatrixXf value;   // [head_dim, hidden]
  Eigen::MatrixXf output;  // [hidden, head_dim]
};

HeadCircuit read_circuit(const Transformer& model, int layer, int head);

// The singular values of QK and of OV, largest first, [head_dim] each.
Eigen::VectorXf qk_singular_values(const HeadCircuit& head);
Eigen::VectorXf ov_singular_values(const HeadCircuit& head);

// embeddingᵀ · unembedding [hidden, hidden] over all tokens, the final norm's weight multiplied into the
// latter: what the full OV circuit W_U OV W_E is made of.
Eigen::MatrixXf embedding_product(const Transformer& model);

// Σ λ / Σ |λ| over the eigenvalues of the full OV circuit: 1 for a head that copies what it looks at, -1
// for one that suppresses it.
float copying_score(const HeadCircuit& head, const Eigen::MatrixXf& embedding_product);

// How strongly a head reads, by its queries, keys or values, what an earlier head writes: the norm of the
// product of the two circuits over the product of their norms.
enum class Composition : int { kQuery, kKey, kValue };
float composition_score(Composition kind, const HeadCircuit& earlier, const HeadCircuit& later);

}  // namespace attention_head
