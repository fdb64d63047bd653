"use strict";

// The line that `lprcorpus resolve` follows in a later edition, as lprcorpus.search.passages writes it. Each block says where
// its characters are in the raw text, so that nothing is searched or hashed here.

const ENDS = 5; // words that a long quotation keeps at either end, at least
const HASH_DIGITS = 8; // digits of the raw text's hash

// White space as Python's str.split() knows it.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u; // eslint-disable-line no-control-regex
const wordsOf = (text) => text.split(SPACE).filter(Boolean);

// Where the characters of a block are in the raw text: "12:111085 !40:111130-111140". A piece has the offset of its first
// character in the block and of its first raw character; what an edit put there has both ends of its raw characters. A "!"
// says that more than white space was left out before the piece.
function rawPieces(block) {
  return block.dataset.raw.split(" ").map((written) => {
    const isApart = written.startsWith("!");
    const [start, raw] = written.slice(isApart ? 1 : 0).split(":");
    const [rawStart, rawEnd] = raw.split("-");
    return { start: Number(start), rawStart: Number(rawStart), rawEnd: rawEnd === undefined ? null : Number(rawEnd), isApart };
  });
}

const pieceAt = (block, offset) => rawPieces(block).findLast((piece) => piece.start <= offset);

// The first raw character that a character of a block comes from, and one past the last.
function rawStart(block, offset) {
  const piece = pieceAt(block, offset);
  return piece.rawEnd === null ? piece.rawStart + offset - piece.start : piece.rawStart;
}

function rawEnd(block, offset) {
  const piece = pieceAt(block, offset);
  return piece.rawEnd ?? piece.rawStart + offset - piece.start + 1;
}

// The stretches of a passage that read in the raw text as they do here, white space aside, as characters of the passage.
function printedStretches(blocks, from, to) {
  const stretches = [];
  let open = null;
  const close = () => { if (open) stretches.push(open); open = null; };
  let position = 0; // of the block's first character that is in the passage
  for (const block of blocks.slice(blocks.indexOf(from.block), blocks.indexOf(to.block) + 1)) {
    const size = [...block.textContent].length;
    const begin = block === from.block ? from.offset : 0;
    const end = block === to.block ? to.offset + 1 : size;
    const pieces = rawPieces(block);
    for (const [n, piece] of pieces.entries()) {
      const start = Math.max(piece.start, begin);
      const stop = Math.min(pieces[n + 1]?.start ?? size, end);
      if (start > stop || (start === stop && piece.rawEnd === null)) continue;
      if (piece.isApart || piece.rawEnd !== null) close();
      if (piece.rawEnd !== null) continue;
      open ??= [position + start - begin, 0];
      open[1] = position + stop - begin;
    }
    position += end - begin + 2; // two newlines between blocks
  }
  close();
  return stretches;
}

// The quotation on one line. Of a long one, words inside a stretch that reads as printed are left out.
function shortened(exact, stretches) {
  const words = [];
  let position = 0;
  for (const part of exact.split(/([\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+)/u)) { // eslint-disable-line no-control-regex
    const size = [...part].length;
    if (wordsOf(part).length) words.push({ word: part, start: position, end: position + size });
    position += size;
  }
  const middle = words.slice(ENDS - 1, 1 - ENDS);
  let longest = [];
  for (const [start, end] of middle.length > 3 ? stretches : []) {
    const inside = middle.filter((word) => start <= word.start && word.end <= end).slice(1, -1);
    if (inside.length > longest.length) longest = inside;
  }
  const joined = (some) => some.map(({ word }) => word).join(" ");
  // A sign of the passage's own is told from ours by its spaces.
  if (longest.length < 2 || exact.includes("…")) return joined(words).replaceAll(" … ", "…");
  const first = words.indexOf(longest[0]);
  return `${joined(words.slice(0, first))} … ${joined(words.slice(first + longest.length))}`;
}

// The selector of a passage: where it begins and ends, each as a block and an offset in its characters.
function selectorLine({ corpus, version }, article, { exact, first, last, from, to }) {
  const pages = first === last ? `p. ${first}` : `pp. ${first}-${last}`;
  const raw = `raw ${rawStart(from.block, from.offset)}-${rawEnd(to.block, to.offset)}`;
  const quote = shortened(exact, printedStretches([...article.querySelectorAll(".body .block")], from, to));
  const hash = article.dataset.sha256.slice(0, HASH_DIGITS);
  return `${corpus} ${version} ${article.dataset.record} ${pages} ${raw} “${quote}” ${hash}`;
}
