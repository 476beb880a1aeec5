"""The steps of a verification, top to bottom. Each one returns what it found, or refuses the bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from dyeline_verify.bag import Bag, check_bag
from dyeline_verify.case import check_case
from dyeline_verify.circulation import Circulation, Opened, read_circulation, read_opening
from dyeline_verify.exhibit import SMALLEST, Checked, Exhibit, check_exhibit, prepared, same_ratio
from dyeline_verify.history import EXAMINATIONS, check_evidence, check_record, other_looks
from dyeline_verify.log import Entry, Log, parse_entry, read_log
from dyeline_verify.notes import check_proof, open_checkpoint
from dyeline_verify.policy import Policy, parse_policy, with_own_keys
from dyeline_verify.readings import read_readings
from dyeline_verify.refusal import Refused
from dyeline_verify.scale import check_words
from dyeline_verify.score import recompute
from dyeline_verify.stamps import check_stamp
from dyeline_verify.strict import canonical_json, hash_field, parse_object, sha256, text_of
from dyeline_verify.strict import field as field_of

REPORT_FORMAT: Final = "dyeline-report/1"

_BY_HASH = (
    "an exhibit is known by the hash of its file: examinations of the same text in a file that differs by a byte, "
    "and a decision that such a file may be a protected disclosure, are not found here"
)
_RESTING = "a named copy's chance rests on codewords that are not shown"


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found. ``limits`` are what it could not show."""

    title: str
    facts: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(slots=True)
class Bundle:
    """What is known of the bundle so far, filled in step by step."""

    files: Mapping[str, bytes]
    log_key: str | None = None
    witness_keys: Sequence[str] = ()
    bag: Bag = field(init=False)
    report: dict[str, Any] = field(init=False)
    policy: Policy = field(init=False)
    sealed: int = field(init=False)
    log: Log = field(init=False)
    circulations: dict[str, Circulation] = field(default_factory=dict)
    opened: dict[str, Opened] = field(default_factory=dict)
    exhibits: list[Exhibit] = field(default_factory=list)
    checked: list[Checked] = field(default_factory=list)
    doubts: list[str] = field(
        default_factory=list
    )  # why what is shown does not suffice to confirm the finding

    def part(self, name: str, kind: type = dict) -> Any:
        """Return a field of the report."""
        return field_of(self.report, name, kind, "report.json")

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Return a field of the report that is a list of objects."""
        found: list[dict[str, Any]] = []
        for one in self.part(name, list):
            if not isinstance(one, dict):
                raise Refused(f"report.json: {name!r} holds something that is no object")
            found.append(one)
        return found


def container(bundle: Bundle) -> Step:
    """Every file is there, unchanged, and nothing else."""
    bundle.bag = check_bag(bundle.files)
    size = sum(map(len, bundle.bag.payload.values()))
    count = len(bundle.bag.payload)
    return Step(
        "Files",
        (f"{count} files of {size:,} bytes have the hashes of the manifest; none is missing or extra",),
    )


def reading(bundle: Bundle) -> Step:
    """report.json can be read and is of a known format."""
    bundle.report = parse_object(bundle.bag.file("report.json"), "report.json")
    form = bundle.part("format", str)
    if form != REPORT_FORMAT:
        raise Refused(f"the report is of the format {form!r}; this program knows {REPORT_FORMAT!r}")
    subject = bundle.part("subject", str)
    if subject not in ("report", "exculpation") or (subject == "exculpation") != (
        bundle.report.get("finding") is None
    ):
        raise Refused("report.json does not say whether it is a report or an exculpation")
    if bundle.bag.tags.get("bag-info.txt") != _about(bundle).encode():
        raise Refused("bag-info.txt does not agree with report.json")
    what = "an exculpation" if subject == "exculpation" else "a report"
    case = field_of(bundle.part("case"), "label", str, "the case")
    return Step("Report", (f"{what} on case {case}, made by dyeline {bundle.part('software', str)}",))


def _about(bundle: Bundle) -> str:
    """Return what bag-info.txt has to say."""
    payload = bundle.bag.payload.values()
    return (
        f"Bag-Software-Agent: dyeline {bundle.part('software', str)}\n"
        f"Bagging-Date: {bundle.part('made', str)[:10]}\n"
        f"External-Identifier: {bundle.part('case').get('label')}\n"
        f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}\n"
    )


def keys(bundle: Bundle) -> Step:
    """Whose signatures count, and which of the keys the reader brought."""
    policy = parse_policy(text_of(bundle.bag.file("log/policy"), "the policy"))
    bundle.policy = with_own_keys(policy, bundle.log_key, bundle.witness_keys)
    facts, limits = [f"log {policy.log.name}"], []
    facts += [f"witness {key.name}" for key in policy.witnesses]
    if not bundle.policy.own_log:
        limits.append(
            "the log's key is the one in the bundle; give --key with the key from another source to be sure of it"
        )
    if any(name.endswith(".tsr") for name in (*bundle.bag.payload, *bundle.bag.tags)):
        limits.append(
            "certificates of time-stamp authorities (*.pem) are those in the bundle; compare them with published ones"
        )
    unknown = [key.name for key in policy.witnesses if key not in bundle.policy.own_witnesses]
    if unknown:
        limits.append(f"the key of {', '.join(unknown)} is the one in the bundle; give --witness-key")
    return Step("Keys", tuple(facts), tuple(limits))


def seal(bundle: Bundle) -> Step:
    """The manifest of this very bundle stands in the log."""
    tags = bundle.bag.tags
    names = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}
    sealed = {"seal/report-made.json", "seal/report-made.tlog-proof"}
    stamped = {"seal/checkpoint", "seal/1.tsr", "seal/1.pem"}
    if set(tags) not in (names | sealed, names | sealed | stamped):
        raise Refused("beside its payload the bundle has to hold what seals it, and nothing else")
    data = tags["seal/report-made.json"]
    proof = text_of(tags["seal/report-made.tlog-proof"], "the proof of the report")
    proven = check_proof(proof, data, bundle.policy.log, bundle.policy.witnesses)
    entry = parse_entry(proven.index, data)
    if entry.kind != "report.made" or entry.facts.get("manifest") != bundle.bag.manifest_sha256:
        raise Refused("the log holds the hash of another report than this one")
    if entry.facts.get("case") != bundle.part("case").get("label"):
        raise Refused("the report was entered into the log for another case")
    bundle.sealed = entry.number
    facts = [f"log entry {entry.number} holds the hash of this bundle's manifest"]
    if "seal/1.tsr" in tags:
        note = tags["seal/checkpoint"]
        shown = open_checkpoint(text_of(note, "the seal"), bundle.policy.log, bundle.policy.witnesses)
        if shown != proven.checkpoint:
            raise Refused("the time-stamp of the seal is over another checkpoint")
        stamp = check_stamp(tags["seal/1.tsr"], note, tags["seal/1.pem"])
        facts.append(
            f"time-stamp authority {stamp.authority} saw that log at {stamp.at:%Y-%m-%d %H:%M:%S} UTC"
        )
    return Step("Seal", tuple(facts))


def proofs(bundle: Bundle) -> Step:
    """Every entry stands in the log that was signed."""
    bundle.log = read_log(bundle.bag, bundle.policy)
    log = bundle.log
    if log.checkpoint.size > bundle.sealed:
        raise Refused("the report was entered into the log before what it shows")
    facts = [f"{len(log.entries)} entries stand in the signed log of {log.checkpoint.size} entries"]
    facts += [f"seen by witness {name} at {_moment(time_s)}" for name, time_s in log.checkpoint.seen]
    return Step("Log", tuple(facts))


def whole_log(bundle: Bundle) -> Step:
    """How many examinations there were: counted, or taken from the report."""
    counts = bundle.part("examinations")
    every = field_of(counts, "all", int, "the count of examinations")
    own = field_of(counts, "of_these_exhibits", int, "the count of examinations")
    whole = bundle.log.whole
    if whole is None:
        return Step(
            "Examinations",
            (f"{every} examinations, {own} of them of these exhibits, as the report says",),
            (
                "the whole log is not enclosed: nobody can count from this bundle how many examinations there were",
            ),
        )
    hashes = {one.get("sha256") for one in bundle.objects("exhibits")}
    made = [entry for entry in whole if entry.kind in EXAMINATIONS]
    theirs = [entry for entry in made if entry.facts.get("exhibit") in hashes]
    if (len(made), len(theirs)) != (every, own):
        raise Refused(
            f"the report counts {every} examinations, {own} of these exhibits; "
            f"the log has {len(made)} and {len(theirs)}"
        )
    return Step(
        "Examinations",
        (
            f"the whole log is enclosed and has the signed root; {every} examinations, {own} of these exhibits",
        ),
    )


def circulations(bundle: Bundle) -> Step:
    """Mark sites and bias are those that the log fixed."""
    facts, limits = [], []
    for label, one in bundle.part("circulations").items():
        if not isinstance(one, dict):
            raise Refused("report.json: a circulation is no object")
        entry = bundle.log.entry(one.get("entry"), "circulation.opened")
        found = bundle.circulations[label] = read_circulation(bundle.bag, label, one, entry)
        facts.append(
            f"{label}: {len(found.sites)} mark sites and their bias are those of log entry {entry.number}"
        )
        if entry.facts.get("recorded_late"):
            limits.append(
                f"{label} had been issued before this log began: it is proven from entry {entry.number} on"
            )
    limits.append("where paragraphs of a document begin is taken from the bundle (two of the models use it)")
    return Step("Circulations", tuple(facts), tuple(limits) if facts else ())


def openings(bundle: Bundle) -> Step:
    """Codewords that are shown are those that were committed to, and no more of them than a finding needs."""
    facts = []
    named, combined = _named(bundle)
    for one in bundle.objects("copies"):
        issued = bundle.log.entry(one.get("entry"), "copy.issued")
        found = read_opening(bundle.bag, one.get("opening"), bundle.circulations, issued)
        if (one.get("copy"), one.get("circulation"), one.get("recipient")) != (
            found.copy,
            found.circulation,
            found.recipient,
        ):
            raise Refused(f"the report says other things of {found.copy} than its commitment")
        if issued.number <= bundle.circulations[found.circulation].opened.number:
            raise Refused(f"{found.copy} was committed to before its circulation was opened")
        bundle.opened[found.copy] = found
        facts.append(f"{found.copy}: its codeword is the one committed to in log entry {issued.number}")
        if found.copy not in named | combined:
            raise Refused(f"the codeword of {found.copy} is shown, which nothing in the report is about")
        if found.copy not in named:
            facts.append(
                f"{found.copy} is named by no exhibit alone; the combined finding takes every copy of "
                f"{found.recipient} that was compared, so its codeword is shown too"
            )
    return Step("Codewords", tuple(facts))


def _named(bundle: Bundle) -> tuple[set[object], set[object]]:
    """Return the copies that findings on single exhibits or exculpations name, and those of combined candidates."""
    named: set[object] = {one.get("copy") for one in bundle.objects("exculpations")}
    finding = bundle.report["finding"]
    if not isinstance(finding, dict):
        return named, set()
    found = [one.get("finding") for one in bundle.objects("exhibits")]
    for single in (*found, *field_of(finding, "independent", list, "the finding")):
        if isinstance(single, dict):
            named |= {one.get("copy") for one in field_of(single, "candidates", list, "a finding")}
    same = field_of(finding, "same_source", dict, "the finding")
    whole = field_of(same, "candidates", list, "the combined finding")
    return named, {copy for one in whole for copy in field_of(one, "copies", list, "the combined finding")}


def exhibits(bundle: Bundle) -> Step:
    """Exhibits are the bytes that were received, and were recorded before they were examined."""
    facts, limits = [], []
    case = bundle.part("case")
    begun = bundle.log.entry(case.get("entry"), "case.opened")
    if (begun.facts.get("case"), begun.facts.get("bound")) != (case.get("label"), case.get("bound")):
        raise Refused("the case was opened with another label or another bound than the report states")
    for one in bundle.objects("exhibits"):
        label, digest = field_of(one, "label", str, "an exhibit"), hash_field(one, "sha256", "an exhibit")
        received = bundle.log.entry(one.get("received_entry"), "exhibit.received")
        if received.facts.get("sha256") != digest or received.number <= begun.number:
            raise Refused(f"{label} was not received as the log has it, or before the case was opened")
        if one.get("file") is None:
            limits.append(f"{label}: the file itself is not enclosed")
        elif sha256(bundle.bag.file(one["file"])) != digest:
            raise Refused(f"{label} is not the file that was received")
        else:
            facts.append(f"{label} is the file of log entry {received.number}")
        if one.get("readings") is not None:
            bundle.exhibits.append(_examined(bundle, one, label, digest, received))
    return Step("Exhibits", tuple(facts), tuple(limits))


def _examined(bundle: Bundle, one: Mapping[str, Any], label: str, digest: str, received: Entry) -> Exhibit:
    what = f"the examination of {label}"
    entry = bundle.log.entry(one.get("examination_entry"), "examination")
    file = bundle.bag.file(one.get("readings"))
    facts, case = entry.facts, bundle.part("case")
    if (facts.get("exhibit"), facts.get("case")) != (digest, case.get("label")):
        raise Refused(f"{what}: log entry {entry.number} is about another exhibit or case")
    if facts.get("readings") != sha256(file):
        raise Refused(f"{what} had other readings than those enclosed")
    if field_of(facts, "parameters", dict, what).get("bound") != case.get("bound"):
        raise Refused(f"{what} was made at another bound than the case was opened with")
    if entry.number <= received.number:
        raise Refused(f"{label} was examined before it was recorded")
    return Exhibit(
        label,
        digest,
        received.number,
        field_of(one, "examined", str, what),
        one.get("removed") is not None,
        _finding(bundle, one, facts, digest, what),
        read_readings(file, f"the readings of {label}"),
    )


def _finding(
    bundle: Bundle, one: Mapping[str, Any], facts: Mapping[str, Any], digest: str, what: str
) -> Mapping[str, Any]:
    """Return the finding that the log has of an exhibit; of an exculpation, which leaves it out, its methods."""
    if bundle.report["finding"] is None:
        return {"methods": field_of(facts, "methods", dict, what)}
    finding: dict[str, Any] = field_of(one, "finding", dict, what)
    if facts.get("result") != sha256(canonical_json(finding)):
        raise Refused(f"{what} had another result than the report states")
    if (facts.get("outcome"), facts.get("methods")) != (finding.get("outcome"), finding.get("methods")):
        raise Refused(f"{what} states another outcome or other methods than the log")
    if finding.get("bound") != bundle.part("case").get("bound"):
        raise Refused(f"{what} was made at another bound than the case was opened with")
    if field_of(finding, "exhibit", dict, what).get("sha256") != digest:
        raise Refused(f"{what} is about another file")
    return finding


def order(bundle: Bundle) -> Step:
    """Codewords were fixed before the exhibit came in; what outside the issuer attests to it."""
    facts, limits = [], []
    for exhibit in bundle.objects("exhibits"):
        received = bundle.log.entry(exhibit.get("received_entry"), "exhibit.received")
        for copy in bundle.opened.values():
            if copy.issued.number >= received.number:
                raise Refused(
                    f"the codeword of {copy.copy} was committed to after {exhibit['label']} came in"
                )
            if copy.issued.at > received.at:
                limits.append(f"the clock went back between the issue of {copy.copy} and {exhibit['label']}")
        own = {copy.issued.number for copy in bundle.opened.values()}
        seen = [
            one
            for anchor in bundle.log.anchors
            if anchor.checkpoint.size <= received.number and own <= anchor.entries
            for one in anchor.seen
        ]
        facts.append(f"all codewords shown were committed to before {exhibit['label']} was recorded")
        facts += [f"{who} saw those commitments at {at:%Y-%m-%d %H:%M:%S} UTC" for who, at in seen]
        if bundle.opened and not seen:
            limits.append(
                f"nobody outside saw the log between the issue of the copies and {exhibit['label']}: that order rests "
                "on whoever kept the log"
            )
    return Step("Order", tuple(facts), tuple(dict.fromkeys(limits)))


def history(bundle: Bundle) -> Step:
    """The report leaves out nothing that the log has of the case, and no earlier look at an exhibit."""
    case, exhibits, whole = bundle.part("case"), bundle.objects("exhibits"), bundle.log.whole
    limits, facts = _laxer(bundle), []
    if whole is None:
        limits += [
            "the whole log is not enclosed: exhibits of the case may have been left out or taken out",
            "the whole log is not enclosed: the exhibits may have been examined before, with another outcome",
            *_uncounted(bundle, exhibits),
        ]
    else:
        facts = check_record(whole, case, exhibits)
        if bundle.report["finding"] is not None:
            check_evidence(whole, case, bundle.objects("external_evidence"))
        if bundle.sealed > len(whole):
            limits.append(
                f"{bundle.sealed - len(whole)} entries were made between the enclosed log and the seal of this bundle"
            )
    finding = bundle.report["finding"] or {}
    same = finding.get("same_source") or {}
    opened = bundle.log.entry(case.get("entry"), "case.opened")
    known = whole if whole is not None else sorted(bundle.log.entries.values(), key=lambda one: one.number)
    looks, unsure, unfit = other_looks(known, opened, exhibits, combined=bool(same.get("candidates")))
    if finding:  # an exculpation names no copy that an earlier look could have been about
        bundle.doubts += unfit
    known_by = (_BY_HASH,) if exhibits else ()
    return Step("History", (*facts, *looks), (*limits, *unsure, *known_by))


def _uncounted(bundle: Bundle, exhibits: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return that the report counts more examinations of its exhibits than it proves, if it does."""
    hashes = {one.get("sha256") for one in exhibits}
    count = field_of(bundle.part("examinations"), "of_these_exhibits", int, "the count of examinations")
    proven = [one for one in bundle.log.entries.values() if one.kind in EXAMINATIONS]
    more = count - sum(one.facts.get("exhibit") in hashes for one in proven)
    if more <= 0:
        return []
    return [
        f"the report counts {more} other examinations of these exhibits; how they came out is not enclosed"
    ]


def _laxer(bundle: Bundle) -> list[str]:
    """Return where the case allows more errors than its circulation was issued with."""
    bound = bundle.part("case").get("bound")
    found = []
    for label, one in bundle.circulations.items():
        fixed = one.opened.facts.get("bound")
        if isinstance(fixed, int | float) and isinstance(bound, int | float) and bound > fixed:
            found.append(
                f"the bound of this case, {bound:g}, is laxer than {fixed:g}, which was fixed when {label} was opened"
            )
    return found


def _shares(bundle: Bundle) -> list[Any]:
    """Return the findings on single exhibits, whose shares of the case's bound may not exceed it."""
    finding = bundle.part("finding")
    independent: list[Any] = field_of(finding, "independent", list, "the finding")
    bound: float = field_of(finding, "bound", float, "the finding")
    compared = {exhibit.label for exhibit in bundle.exhibits if exhibit.readings}
    shares = [
        field_of(one, "bound", float, "a finding")
        for one in independent
        if isinstance(one, dict) and one.get("exhibit") in compared
    ]
    if (
        bound != bundle.part("case").get("bound")
        or sum(shares) > bound * (1 + 1e-9)
        or min(shares, default=1) <= 0
    ):
        raise Refused("the findings spend more than the bound that the case was opened with")
    return independent


def findings(bundle: Bundle) -> Step:
    """Every named copy's likelihood ratio and chance come out of its codeword, the bias and the readings."""
    if bundle.report["finding"] is None:
        return Step("Findings", ("an exculpation states none",))
    facts, limits = [], []
    independent = _shares(bundle)
    for exhibit in bundle.exhibits:
        singles = [
            one for one in independent if isinstance(one, dict) and one.get("exhibit") == exhibit.label
        ]
        for single in (exhibit.finding, *singles):
            bundle.checked += check_exhibit(exhibit, single, bundle.circulations, bundle.opened)
        if exhibit.finding.get("outcome") not in ("attributed", "narrowed"):
            facts.append(f"{exhibit.label}: {exhibit.finding.get('outcome')}; no copy is named")
    for one in dict.fromkeys(bundle.checked):
        ratio = f"likelihood ratio {_power(one.found.mixture_nats)}"
        if one.rests_on == "single":
            facts.append(
                f"{one.exhibit}, {one.copy}: {ratio}; chance for an innocent copy <= {_chance(one.stated_p)}, "
                f"for any of {one.family} copies <= {_chance(one.stated_p * one.family)}: recomputed"
            )
        elif one.rests_on == "joint":
            facts.append(
                f"{one.exhibit}, {one.copy}: {ratio}: recomputed; beside the other named copies any of {one.family} "
                f"copies would do as well with a chance <= {_chance(one.family_wise)}"
            )
            limits.append(
                f"{one.exhibit}, {one.copy}: the stated chance {one.stated_p:.3g} rests on codewords that are not "
                "shown as well; what is recomputed uses those of the named copies alone"
            )
        else:
            facts.append(f"{one.exhibit}, {one.copy}: {ratio}: recomputed")
    if bundle.exhibits:
        limits.append(
            "what was read at each site is taken from the readings; compare them with the exhibit by eye"
        )
        limits.append("ratios of copies that are not named are taken from the record of the examination")
    return Step("Findings", tuple(facts), tuple(limits))


def compared(bundle: Bundle) -> Step:
    """No copy that had been issued was left out of the comparison, which would make a chance look smaller."""
    if bundle.log.whole is None:
        return Step(
            "Copies compared",
            (),
            ("the whole log is not enclosed: copies may have been left out of the comparison",),
        )
    facts = []
    for exhibit in bundle.exhibits:
        for one in exhibit.readings:
            issued = {
                entry.facts.get("copy")
                for entry in bundle.log.whole[: exhibit.received]
                if entry.kind == "copy.issued" and entry.facts.get("circulation") == one.circulation
            }
            if len(issued) > len(one.indices):
                raise Refused(
                    f"{exhibit.label} was compared with {len(one.indices)} copies of {one.circulation}, but "
                    f"{len(issued)} had been issued"
                )
            facts.append(f"{exhibit.label} was compared with all {len(issued)} copies of {one.circulation}")
    return Step("Copies compared", tuple(facts))


def combined(bundle: Bundle) -> Step:
    """The combined finding of the case comes out of the same."""
    if bundle.report["finding"] is None:
        return Step("Case", ("an exculpation states no combined finding",))
    groups = bundle.part("recipients_compared", list)
    if any(not isinstance(count, int) or isinstance(count, bool) for count in groups):
        raise Refused("report.json: recipients_compared is not a list of numbers")
    found = check_case(bundle.exhibits, bundle.part("finding"), groups, bundle.circulations, bundle.opened)
    facts = [
        f"{one.recipient}: running likelihood ratio {_power(one.e_nats)}, "
        f"chance for the case as a whole <= {_chance(one.family_wise)}: recomputed"
        for one in found
    ]
    limits = (
        "whether a named recipient holds further copies that were compared is taken from the report",
        "the posterior of a combined finding and its p for a fixed set were not recomputed",
    )
    named = tuple(facts) or ("the combined finding names nobody",)
    return Step("Case", named, limits if found else ())


def exculpations(bundle: Bundle) -> Step:
    """Statements that an exhibit speaks against a copy come out of its codeword."""
    facts = []
    known = {exhibit.label: exhibit for exhibit in bundle.exhibits}
    for one in bundle.objects("exculpations"):
        what = f"the statement on {one.get('copy')} and {one.get('exhibit')}"
        copy, exhibit = bundle.opened.get(one.get("copy", "")), known.get(one.get("exhibit", ""))
        if copy is None or exhibit is None:
            raise Refused(f"{what} is about a copy or an exhibit that is not shown")
        reading = next((r for r in exhibit.readings if r.circulation == copy.circulation), None)
        if reading is None or copy.index not in reading.p_value:
            raise Refused(f"{what}: the copy was not compared with the exhibit")
        nats = recompute(prepared(reading, bundle.circulations), copy.codeword).mixture_nats
        if not same_ratio(field_of(one, "log10_lr", float, what), nats) or nats >= 0:
            raise Refused(
                f"{what} states another likelihood ratio than the codeword gives, or one that is not below 1"
            )
        facts.append(
            f"{exhibit.label} speaks against {copy.copy}: likelihood ratio {_power(nats)}: recomputed"
        )
    return Step("Exculpations", tuple(facts))


def words(bundle: Bundle) -> Step:
    """The words of the report are those that its scale has for its numbers."""
    if bundle.report["finding"] is None:
        return Step("Words", ("an exculpation puts no word to its numbers",))
    count = check_words(
        bundle.part("scale"), bundle.objects("statements"), bundle.checked, bundle.part("finding")
    )
    return Step(
        "Words",
        (f"{count} statements use the words of the report's scale for their numbers",),
        ("report.pdf and report.html were not read; they show report.json, under the same manifest",),
    )


STEPS: Final[tuple[Callable[[Bundle], Step], ...]] = (
    container,
    reading,
    keys,
    seal,
    proofs,
    whole_log,
    circulations,
    openings,
    exhibits,
    history,
    order,
    compared,
    findings,
    combined,
    exculpations,
    words,
)


def doubts(bundle: Bundle) -> list[str]:
    """Return why the finding is not confirmed: empty where every named copy's chance was recomputed and carries it."""
    resting = [] if all(one.carries for one in bundle.checked) else [_RESTING]
    return resting + bundle.doubts


def _moment(time_s: int) -> str:
    return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _chance(chance: float) -> str:
    """Return a chance as it is printed: none is 0, however small."""
    return f"{min(1.0, max(chance, SMALLEST)):.3g}"


def _power(nats: float) -> str:
    exponent = nats / 2.302585092994046
    return f"{10**exponent:.3g}" if abs(exponent) < 6 else f"10^{exponent:.1f}"
