"""Writes detect_head.txt: the scores that TransformerLens's detect_head gives to random causal maps.

    pip install transformer-lens==4.3.0 && python detect_head.py

Numbers apart by spaces: for each text its length, ids and weights, how many scores there are, and each score behind the
numbers of its pattern (src/analysis/pattern.h) and similarity (detect_head.h) and of what it leaves out: key 0, the
diagonal. `abs` is what the library rounds to three digits, before that.
"""

import pathlib

import torch
import transformer_lens.head_detector as head_detector

PATTERNS = {
    0: head_detector.get_previous_token_head_detection_pattern,
    4: head_detector.get_duplicate_token_head_detection_pattern,
    5: head_detector.get_induction_head_detection_pattern,
}


def main():
    """Writes three texts, each with a map and its scores under every option."""
    # The only rounding in the library is of this score.
    head_detector.round = lambda number, digits: number
    generator = torch.Generator().manual_seed(1)
    lines = []
    for length in (1, 9, 24):
        ids = torch.randint(0, 6, (length,), generator=generator)
        scores = 3 * torch.randn(length, length, generator=generator)
        mask = torch.ones(length, length).tril().bool()
        weights = torch.softmax(scores.masked_fill(~mask, -torch.inf), -1)
        answers = []
        for number, pattern in PATTERNS.items():
            for similarity, measure in enumerate(("mul", "abs")):
                for exclude_bos in (False, True):
                    for exclude_current_token in (False, True):
                        if length == 1 and (exclude_bos or exclude_current_token):
                            continue  # nothing is left
                        score = head_detector.compute_head_attention_similarity_score(
                            weights.clone(),
                            pattern(ids[None]),
                            exclude_bos=exclude_bos,
                            exclude_current_token=exclude_current_token,
                            error_measure=measure,
                        )
                        answers.append(
                            [number, similarity, int(exclude_bos), int(exclude_current_token), score]
                        )
        numbers = [[length], ids.tolist(), weights.flatten().tolist(), [len(answers)], *answers]
        lines += [" ".join(map(str, line)) for line in numbers]
    (pathlib.Path(__file__).parent / "detect_head.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
