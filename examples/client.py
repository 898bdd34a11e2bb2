"""Ask a running service what an article says: `python examples/client.py article.txt [http://127.0.0.1:8000]`."""

import json
import sys
from pathlib import Path
from urllib.request import Request, urlopen

article, url = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8000"
body = json.dumps({"id": article.stem, "text": article.read_text(encoding="utf-8")}).encode()
with urlopen(Request(f"{url}/analyze", body, {"Content-Type": "application/json"})) as response:
    answer = json.load(response)
for act in answer["attributions"]:
    speaker = act["speaker"]["name"] if act["speaker"] else "?"
    print(f"{speaker} · {act['force']} · {' … '.join(content['text'] for content in act['contents'])}")
