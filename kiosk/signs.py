"""Which signs a kiosk can show: those that its own font has in all three weights. Pure.

A sign that the font lacks is drawn by whatever other font a machine happens to have, or as an
empty box; on the slip always as a box. Letters are another matter: `letters` knows all that
Vietnamese and English need.
"""

_SHOWN = (
    "20-40 5B-60 7B-7E A0-A9 AB-AC AE-B4 B6-B9 BB-BF D7 F7 2C2-2C5 2D2-2DF 2E5-2EB 2ED 2EF-2FF 375"
    " 37E 384-385 387 3F6 482 E3F 1FBD 1FBF-1FC1 1FCD-1FCF 1FDD-1FDF 1FED-1FEF 1FFD-1FFE 2000-200A"
    " 2010-2027 202F-205F 2070 2074-207E 2080-208E 20A0-20BF 2100-2101 2103 2105-2106 2109"
    " 2116-2117 211E-2123 212E 213B 214D 214F 2153 215A-2182 2185-2188 2190-2199 21A9-21AA"
    " 21B0-21B1 21B3-21B5 21BA-21BB 21D0 21D2 21D4 21DE-21DF 21E4-21E5 21E7 21EA 2202 2205-2206"
    " 220F 2211-2212 221A 221E 222B 2248 2260 2264-2265 2303 2305 2318 2325-2327 232B 2380 2387"
    " 238B 23CE-23CF 2423 2460-2468 24B6-24CF 24EA 25A0-25A2 25AA 25B2-25B3 25B6-25B7 25BA-25BD"
    " 25C0-25C1 25C4-25C7 25CA-25CB 25CF 25E6 25EF 2600 2605-2606 263C 2661 2665 26A0 2713 2717"
    " 2756 2764 2780-2788 27EF 27F5-27FA 2B06 2B12-2B13 2B1C 2E18 A92E 1F12F-1F149 1F16A-1F16B"
    " 1F850 1F852"
)
"""Signs, digits, marks and blanks of the shipped Inter: tests/test_ui_signs.py reads the fonts."""


def _numbers(ranges: str) -> frozenset[int]:
    ends = [[int(end, 16) for end in one.split("-")] for one in ranges.split()]
    return frozenset(number for pair in ends for number in range(pair[0], pair[-1] + 1))


SHOWN_SIGNS = frozenset(map(chr, _numbers(_SHOWN)))
"""All signs that can be shown."""
