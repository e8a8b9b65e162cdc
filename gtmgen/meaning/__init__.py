"""What a change means, before it has fields: facts about events, with how severe they are.

Two specs, or two containers, go in; :class:`gtmgen.meaning.model.Fact` objects come out. No
language is spoken here: whoever shows the facts writes the sentences.
"""
