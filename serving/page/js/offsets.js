// JavaScript counts UTF-16 code units; the scheme, CSV and CoNLL count code points.

/** A function from UTF-16 offsets of `text` to offsets in code points. */
export function codePoints(text) {
  const table = new Uint32Array(text.length + 1);
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    table[at] = count;
    const unit = text.charCodeAt(at);
    const paired = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (paired) table[(at += 1)] = count;
    count += 1;
  }
  table[text.length] = count;
  return (at) => table[at];
}

/** How many code points `text` has. */
export const points = (text) => [...text].length;
