"""What heads move, which training may put a cost on."""

import torch

FIRST_LAYER = 1  # the heads of the layer before see bare tokens


class Moved:
    """Watches a Llama's layers as they run: what goes into them, and their values."""

    def __init__(self, model):
        self.model = model
        self.hidden, self.values = {}, {}
        for index, layer in enumerate(model.model.layers):
            layer.register_forward_pre_hook(self._watch_hidden(index), with_kwargs=True)
            layer.self_attn.v_proj.register_forward_hook(self._watch_values(index))

    def _watch_hidden(self, index):
        def keep(_module, given, named):
            self.hidden[index] = given[0] if given else named["hidden_states"]

        return keep

    def _watch_values(self, index):
        def keep(_module, _given, values):
            self.values[index] = values

        return keep

    def size(self, maps):
        """
        What heads moved in the last run, of the weights `maps` [rows, heads, tokens, tokens] of each layer:
        the sum over heads of weight · |value through W_O|, as a share of |what the query's row holds|, mean
        over queries. Only where a value is small does weight cost nothing, so that a head which has nothing
        to move comes to rest on one token, the first, whose value becomes small.
        """
        total = torch.zeros(())
        for index, layer in enumerate(self.model.model.layers):
            if index < FIRST_LAYER:
                continue
            rows, heads, tokens, _ = maps[index].shape
            out = layer.self_attn.o_proj.weight
            values = self.values[index].view(rows, tokens, heads, -1).float()
            sizes = torch.einsum("rthd,ohd->rhto", values, out.view(len(out), heads, -1)).norm(dim=-1)
            moved = (maps[index].float() * sizes[:, :, None]).sum(-1)
            held = self.hidden[index].detach().float().norm(dim=-1)
            total = total + (moved / held[:, None]).mean((0, 2)).sum()
        return total
