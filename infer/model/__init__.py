"""The neural model at inference: batched greedy decoding with CTranslate2, and a cache of its outputs."""
