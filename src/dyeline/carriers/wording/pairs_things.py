"""Phrase pairs for amounts, degrees, people and places."""

from __future__ import annotations

from dyeline.carriers.wording.pair import BE, PLURAL, Pair

AMOUNT_PAIRS: tuple[Pair, ...] = (
    Pair("all of the", "all the", one_way=True),
    Pair("all of our", "all our"),
    Pair("all of your", "all your"),
    Pair("all of their", "all their"),
    Pair("all of these", "all these"),
    Pair("all of those", "all those", not_after="who|which|that"),
    Pair("both of the", "both the", one_way=True),
    Pair("both of these", "both these", after="[a-z]+s"),
    Pair(
        "half of the",
        "half the",
        not_after="price|size|time|battle|way|number|cost|distance|amount|fun|story|problem|speed|rate"
        "|length|value|height",
    ),
    Pair(
        "numerous",
        "many",
        one_way=True,
        not_before=rf"{BE}|the|its|so|too|more|very|as|most|are|how|their|his|her",
        after=PLURAL,
    ),
    Pair(
        "a number of",
        "several",
        not_before="such|quite|the|these|those|past|last|for|next|first|other|his|her|their|our|your|my"
        "|its|all|over|or|of|after|at",
        after=PLURAL,
        not_after="times|years|days|weeks|months|hours|minutes|hundreds|thousands|others",
    ),
    Pair("a large number of", "many", one_way=True),
    Pair("a great number of", "many", one_way=True),
    Pair("a wide variety of", "a wide range of"),
    Pair("a variety of", "a range of", after=PLURAL),
    Pair("an increasing number of", "a growing number of"),
    Pair(
        "the majority of", "most of", one_way=True, after="the|these|those|our|your|their|its|his|her|them|us"
    ),
    Pair(
        "the majority of",
        "most",
        one_way=True,
        not_after="the|these|those|our|your|their|its|his|her|them|us|it|my|this|that|a|all",
    ),
    Pair("a great deal of", "a good deal of"),
    Pair("a lot of", "lots of", not_before="quite|whole|such|what|awful", informal=True),
    Pair(
        "sufficient",
        "enough",
        one_way=True,
        not_before=rf"{BE}|a|an|the|any|self|necessary|not|and|or|this|very|what|considered|as",
        after="time|space|information|money|data|memory|evidence|resources|support|food|water|room"
        "|experience|power|detail|funds|disk|people|staff|energy",
    ),
    Pair(
        "additional",
        "further",
        after="information|details|questions|support|funding|guidance|help|advice|instructions"
        "|documentation|explanations?|examples",
        not_before="an|the|and|or|no|any|a|two|three",
    ),
    Pair(
        "additional",
        "extra",
        one_way=True,
        after="costs?|charge|time|space|money|packages|staff|copies|seats|features|features|options"
        "|files|work|hours|pages|rooms|places|room|people|storage|steps?",
    ),
    Pair("at no extra cost", "at no additional cost"),
    Pair("free of charge", "at no cost", ends=True, not_before=BE),
    Pair("for more information", "for further information"),
    Pair("for more details", "for further details"),
    Pair(
        "the whole",
        "the entire",
        not_after="of|thing|lot|point|truth|story|is|was|and|or|more|world|has|idea|business|matter",
        not_before="on|as",
        after="[a-z]{3,}",
    ),
    Pair("entirely", "completely"),
    Pair("mainly", "mostly", not_before="are|is|was|were|a|an"),
    Pair("primarily", "mainly", one_way=True),
    Pair("particularly", "especially", not_before="more|most|not|be"),
    Pair(
        "exactly",
        "precisely",
        not_before="not|or|and|n't|n’t|more",
        not_after="one|once|the|as|like|this|that",
    ),
    Pair(
        "virtually",
        "practically",
        after="all|every|no|any|impossible|identical|everything|nothing|everyone|unchanged|complete",
    ),
    Pair(
        "nearly",
        "almost",
        not_before="not|very|so|n't|n’t|anywhere|as|more",
        after=r"all|every|everyone|everything|half|always|complete|finished|ready|done|\d[\d,.]*|two"
        r"|three|four|five|six|seven|eight|nine|ten|twenty|thirty|identical|twice|as|a|an",
    ),
    Pair(
        "fairly",
        "reasonably",
        after="well|easy|large|good|simple|small|common|quickly|new|high|low|straightforward|safe"
        "|long|short|clear|easily|close|recent",
    ),
    Pair("essentially", "basically", inside=True, not_after="all"),
    Pair(
        "simply",
        "just",
        one_way=True,
        not_before=r"quite|put|speak|live|more|very|as|not|too|said|or|and|is|are",
        after="[a-z]{2,}(?<!ly)",
    ),
    Pair(
        "a bit",
        "a little",
        after="more|less|longer|shorter|earlier|later|better|faster|easier|harder|different|too"
        "|further|bigger|smaller",
        not_before="quite|not",
    ),
    Pair("to some extent", "to some degree"),
    Pair("the extent to which", "the degree to which"),
    Pair("to a large extent", "to a great extent"),
    Pair("in total", "altogether", ends=True, before=r"[a-z]+s|people|\d+"),
    Pair(
        "a minimum of",
        "at least",
        after=r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty) [a-z]+s|(?:\d+"
        r"|ten|twenty) people",
        not_before="a|an|the|that|for",
    ),
    Pair(
        "a maximum of",
        "up to",
        one_way=True,
        after=r"\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty",
    ),
    Pair(
        "at most",
        "no more than",
        after=r"\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty",
    ),
    Pair(
        "probably",
        "most likely",
        one_way=True,
        before="will|would|is|are|was|were|has|have|had|can|could|should",
    ),
    Pair("perhaps", "maybe", not_after="even|most|more|the|best|surprisingly|because|not"),
    Pair(
        "kinds of",
        "sorts of",
        before="these|those|all|which|certain|other|the|different|various|many|both|some|what",
    ),
    Pair("kind of", "sort of", before="this|that|any|what|some|same|another"),
)

PEOPLE_PAIRS: tuple[Pair, ...] = (
    Pair("anyone", "anybody", not_after="of"),
    Pair("persons", "people", one_way=True),
    Pair(
        "many",
        "a lot of",
        one_way=True,
        informal=True,
        after=PLURAL,
        not_after="years|times|thanks|days|months|weeks|ways|cases|respects|occasions",
        not_before=rf"{BE}|how|so|too|as|the|very|not|these|those|their|his|her|our|your|its|great|good"
        rf"|that|in|for|or|of",
    ),
    Pair("everyone", "everybody"),
    Pair("someone", "somebody", not_after="of"),
    Pair(
        "no one",
        "nobody",
        after="is|was|has|can|will|else|knows|would|should|could|had|wants|likes|in|at|seems|saw"
        "|came|did|does",
    ),
    Pair(
        "each other",
        "one another",
        not_after="[a-z]+(?<!and)(?<!or)(?<!in)(?<!on)(?<!at)(?<!to)(?<!with)(?<!for)(?<!from)(?<!by)(?<!as)(?<!when)(?<!while)(?<!but)(?<!through)(?<!during)(?<!because)(?<!if)",
    ),
    Pair("those who", "people who", before=r"^|for|to|from|with|help", not_after="are named|were named"),
    Pair("by phone", "by telephone"),
    Pair("photos", "photographs", not_before="digital", informal=True),
    Pair("across from", "opposite", one_way=True),
    Pair("next to", "beside", after="DET|it|him|her|them|me|us|you", not_before="come|comes"),
    Pair("inside of", "inside", one_way=True, not_before="the|on|an"),
    Pair("outside of", "outside", not_before="the|on|from|an", after="DET", one_way=True),
    Pair("all over the world", "around the world", one_way=True),
    Pair("throughout the world", "around the world", one_way=True),
    Pair("throughout the country", "across the country"),
    Pair("based upon", "based on", one_way=True),
    Pair("depending upon", "depending on", one_way=True),
    Pair("depends upon", "depends on", one_way=True),
    Pair("upon request", "on request"),
    Pair("upon arrival", "on arrival"),
    Pair("mandatory", "compulsory", not_after="access|integrity"),
    Pair("on purpose", "deliberately", one_way=True, ends=True),
    Pair("a means of", "a way of", after="[a-z]+ing"),
    Pair("in the direction of", "towards", one_way=True),
    Pair(
        "as well",
        "too",
        ends=True,
        not_before=r"just|might|may|\w+,|very|equally|work|works|worked|do|does|did|done|perform|performs"
        r"|bad|quite|known|not",
    ),
    Pair("any longer", "any more", ends=True, not_before="be|take|is|wait|without"),
)
