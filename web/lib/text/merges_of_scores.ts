/**
 * The merges of a vocabulary whose tokens carry scores, as SentencePiece's BPE gives them: every way to put a token
 * together of two others, those of the highest score first. In the order of transformers' SentencePieceExtractor.
 */
export function mergesOfScores(tokens: readonly string[], scores: readonly number[]): [string, string][] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges: { left: string; right: string; score: number }[] = [];
  tokens.forEach((token, id) => {
    const own: typeof merges = [];
    for (let cut = 1; cut < token.length; ++cut) {
      const [left, right] = [token.slice(0, cut), token.slice(cut)];
      if (ids.has(left) && ids.has(right)) own.push({ left, right, score: scores[id] as number });
    }
    own.sort(
      (a, b) =>
        (ids.get(a.left) as number) - (ids.get(b.left) as number) ||
        (ids.get(a.right) as number) - (ids.get(b.right) as number),
    );
    merges.push(...own);
  });
  merges.sort(
    (a, b) => b.score - a.score || b.left.length - a.left.length || b.right.length - a.right.length,
  );
  return merges.map(({ left, right }) => [left, right]);
}
