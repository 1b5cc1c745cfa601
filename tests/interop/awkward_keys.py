"""Keys that are legal and break what is careless about encoding."""

# Without `.` and `..` as whole segments: the SDK's HTTP library removes those before sending,
# after the SDK has signed the key with them.
AWKWARD_KEYS = [
    " ",
    "a b",
    "a+b",
    "a%2Bb",
    "100%",
    "%",
    "a//b",
    "a/",
    "a?b=c",
    "a&b",
    "a#b",
    "a=b;c,d:e@f$g!h*i(j)k",
    "it's",
    'a "quoted" word',
    "<a>&amp;</a>",
    "]]>",
    "~tilde_-.",
    "back\\slash",
    "中文/文件",
    "e\u0301 is not é",
    "🎉",
    "tab\there",
    "line\nbreak",
    "carriage\rreturn",
    "control\u0001\u001f\u007f",
]


def many_awkward_keys(count):
    """So many different keys that are put together from the awkward ones, always the same."""
    pairs = [f"{left}{right}" for left in AWKWARD_KEYS for right in AWKWARD_KEYS]
    triples = [f"{pair}/{key}" for pair in pairs for key in AWKWARD_KEYS]
    # Some are made in two ways.
    different = dict.fromkeys([*AWKWARD_KEYS, *pairs, *triples])
    return list(different)[:count]
