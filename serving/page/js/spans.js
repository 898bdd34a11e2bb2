// Ranges of a text that nest and cross, as a tree that elements can be made of.

/** Sorts ranges so that what holds another comes first; `rank` decides between equal ones. */
function outerFirst(one, other) {
  return one.start - other.start || other.end - one.end || one.rank - other.rank;
}

/**
 * The tree of `ranges` ({start, end, rank, …}). A range that crosses the end of the one around it is cut there and goes
 * on after it: `first` and `last` say which piece holds its beginning and its end.
 */
export function nest(ranges) {
  const queue = ranges.map((range) => ({ first: true, last: true, ...range })).sort(outerFirst);
  return lay(queue, Infinity);
}

function lay(queue, end) {
  const nodes = [];
  while (queue.length && queue[0].start < end) {
    const piece = queue.shift();
    if (piece.end > end) {
      const rest = { ...piece, start: end, first: false };
      const place = queue.findIndex((other) => outerFirst(rest, other) < 0);
      queue.splice(place < 0 ? queue.length : place, 0, rest);
      piece.end = end;
      piece.last = false;
    }
    nodes.push({ ...piece, children: lay(queue, piece.end) });
  }
  return nodes;
}
