// The reader page works without this script: all text is in it. The script opens one record at a time, searches, filters,
// copies citations, sets the raw lines beside a record, and serves the keyboard. It makes no request and writes no HTML.

document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const articles = $$("article.record");
  const entries = $$(".issue-list li[data-record]");
  const search = $("#search");
  const byType = $("#by-type");
  const byAuthor = $("#by-author");
  const say = (text) => { $("#said").textContent = text; };

  // ---- opening a record -------------------------------------------------------------------------------------------

  const openArticle = () => $("article.record.open");

  function show(article) {
    for (const other of articles) other.classList.toggle("open", other === article);
    document.body.classList.toggle("reading", article !== null);
    for (const entry of entries) {
      const link = $("a", entry);
      if (article && entry.dataset.record === article.dataset.record) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    closeMenu();
    highlight();
  }

  let followed = null;

  function follow() {
    followed = location.hash;
    let id = followed.slice(1);
    try { id = decodeURIComponent(id); } catch { /* not an address of ours */ }
    const target = id ? document.getElementById(id) : null;
    const article = target && target.closest("article.record");
    if (articles.length > 0) show(article);
    if (!target) { scrollTo(0, 0); return; }
    if (target.matches("details")) target.open = true;
    if (target === article || target.id === "front") scrollTo(0, 0);
    else target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  }

  addEventListener("hashchange", () => { if (location.hash !== followed) follow(); });

  // Go to an address at once: the event comes later, and the next key may come before it.
  function go(id) {
    location.hash = id;
    follow();
  }

  // To the next record that the list shows; in an index, to its entry.
  function step(by) {
    const shown = entries.filter((entry) => !entry.hidden);
    const now = document.activeElement?.closest("li[data-record]");
    const at = shown.findIndex((entry) => (articles.length ? $("a", entry).hasAttribute("aria-current") : entry === now));
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : at + by];
    if (!next) return;
    if (articles.length) { go(next.dataset.record); return; }
    next.closest("details").open = true;
    $("a", next).focus();
  }

  function stepBlock(by) {
    const article = openArticle();
    if (!article) return;
    const blocks = $$(".body .block", article);
    const at = blocks.indexOf(document.activeElement && document.activeElement.closest(".block"));
    const next = blocks[at < 0 ? (by > 0 ? 0 : blocks.length - 1) : at + by];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  }

  // ---- search and filter ------------------------------------------------------------------------------------------

  // A folded text may be longer or shorter than the text: give for each folded character where its own begins.
  function foldedOffsets(text) {
    const offsets = [];
    let at = 0;
    for (const character of text) {
      for (let n = fold(character).length; n > 0; n--) offsets.push(at);
      at += character.length;
    }
    offsets.push(at);
    return offsets;
  }

  let index = null;
  function textIndex() {
    index ??= new Map(articles.map((article) => [article.dataset.record, {
      head: fold(`${$("h2", article).textContent} ${article.dataset.author} ${$$(".headnote", article).map((note) => note.textContent).join(" ")}`),
      blocks: $$(".body .block", article).map((block) => ({ block, text: block.textContent, folded: fold(block.textContent) })),
    }]));
    return index;
  }

  // What an index knows of a record: the title of its issue, and what its entry says.
  const heads = new Map();
  function headOf(entry) {
    if (!heads.has(entry)) heads.set(entry, fold(`${$("h3", entry.closest(".issue-list")).textContent} ${entry.textContent}`));
    return heads.get(entry);
  }

  // Words, and phrases in quotation marks.
  function terms(query) {
    const found = [];
    for (const match of fold(query).matchAll(/"([^"]+)"?|[^\s"]+/g)) {
      const term = (match[1] ?? match[0]).replace(/\s+/g, " ").trim();
      if (term) found.push(term);
    }
    return found;
  }

  function hitsOf(entry, wanted) {
    const known = textIndex().get(entry.dataset.record);
    const head = known ? known.head : headOf(entry);
    const blocks = known ? known.blocks : [];
    const everywhere = wanted.every((term) => head.includes(term) || blocks.some(({ folded }) => folded.includes(term)));
    if (!everywhere) return null;
    const together = blocks.filter(({ folded }) => wanted.every((term) => folded.includes(term)));
    return together.length ? together : blocks.filter(({ folded }) => wanted.some((term) => folded.includes(term)));
  }

  const SHOWN_HITS = 3;
  const AROUND = 50;
  const UNFOLDED = 200; // entries of an index that a search unfolds at most

  function snippet({ block, text, folded }, wanted) {
    const term = wanted.find((one) => folded.includes(one));
    const at = folded.indexOf(term);
    const offsets = foldedOffsets(text.slice(0, 20000));
    const from = offsets[at] ?? at;
    const to = offsets[at + term.length] ?? at + term.length;
    const link = document.createElement("a");
    const mark = document.createElement("mark");
    mark.textContent = text.slice(from, to);
    link.href = `#${block.id}`;
    link.append(`${from > AROUND ? "…" : ""}${text.slice(Math.max(0, from - AROUND), from)}`, mark, `${text.slice(to, to + AROUND)}…`);
    const item = document.createElement("li");
    item.dir = "auto";
    item.append(link);
    return item;
  }

  const number = (count) => count.toLocaleString("en");

  // Take away what has no entry left; in an index, unfold the first entries that are found.
  function foldLists(filtered) {
    let unfolded = 0;
    for (const list of $$(".issue-list")) {
      const found = $$("li[data-record]:not([hidden])", list).length;
      list.classList.toggle("empty", found === 0);
      const details = $("details", list);
      if (!details) continue;
      details.open = filtered && found > 0 && unfolded < UNFOLDED;
      if (details.open) unfolded += found;
      if (filtered) $("summary", details).dataset.found = `${found} found`;
      else delete $("summary", details).dataset.found;
    }
    for (const volume of $$(".volume")) volume.classList.toggle("empty", !$(".issue-list:not(.empty)", volume));
  }

  function sift() {
    const wanted = terms(search.value);
    let shown = 0;
    let passages = 0;
    for (const entry of entries) {
      $(".hits", entry)?.remove();
      const fits = (!byType.value || entry.dataset.type === byType.value)
        && (byAuthor.selectedIndex === 0 || entry.dataset.author === byAuthor.value);
      const hits = fits && wanted.length ? hitsOf(entry, wanted) : [];
      entry.hidden = !fits || hits === null;
      if (entry.hidden) continue;
      shown += 1;
      passages += hits.length;
      if (hits.length === 0) continue;
      const list = document.createElement("ul");
      list.className = "hits";
      list.append(...hits.slice(0, SHOWN_HITS).map((hit) => snippet(hit, wanted)));
      if (hits.length > SHOWN_HITS) {
        const more = document.createElement("li");
        more.className = "more";
        more.textContent = `and ${hits.length - SHOWN_HITS} more`;
        list.append(more);
      }
      entry.append(list);
    }
    const filtered = wanted.length > 0 || byType.value !== "" || byAuthor.selectedIndex > 0;
    document.body.classList.toggle("sifting", filtered);
    foldLists(filtered);
    if (!articles.length) scrollTo(0, 0);
    const count = `${number(shown)} of ${number(entries.length)} records`;
    const where = passages ? `, ${number(passages)} ${passages === 1 ? "passage" : "passages"}` : "";
    $("#found").textContent = filtered ? `${count}${where}` : "";
    highlight();
  }

  // The words found are marked in the open record without touching its text.
  function highlight() {
    if (!("highlights" in CSS)) return;
    CSS.highlights.delete("found");
    const wanted = search ? terms(search.value) : [];
    const article = openArticle();
    if (!article || !wanted.length) return;
    const found = new Highlight();
    const walker = document.createTreeWalker($(".body", article), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && found.size < 1000; node = walker.nextNode()) {
      const folded = fold(node.data);
      const hit = wanted.filter((term) => folded.includes(term));
      if (!hit.length) continue;
      const offsets = foldedOffsets(node.data);
      for (const term of hit) {
        for (let at = folded.indexOf(term); at >= 0 && found.size < 1000; at = folded.indexOf(term, at + term.length)) {
          const range = document.createRange();
          range.setStart(node, offsets[at]);
          range.setEnd(node, offsets[at + term.length]);
          found.add(range);
        }
      }
    }
    CSS.highlights.set("found", found);
  }

  // ---- citations --------------------------------------------------------------------------------------------------

  // The selected passage of the open record's body, without the white space around it; null where nothing of it is selected.
  function passage(article) {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const body = $(".body", article);
    const all = document.createRange();
    all.selectNodeContents(body);
    const range = selection.getRangeAt(0).cloneRange();
    if (!range.intersectsNode(body)) return null;
    if (range.compareBoundaryPoints(Range.START_TO_START, all) < 0) range.setStart(all.startContainer, all.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, all) > 0) range.setEnd(all.endContainer, all.endOffset);
    const before = document.createRange();
    before.setStart(all.startContainer, all.startOffset);
    before.setEnd(range.startContainer, range.startOffset);
    const selected = range.toString();
    const exact = selected.trim();
    if (!exact) return null;
    const start = before.toString().length + selected.indexOf(exact);
    const end = start + exact.length;
    const [first, last] = pagesOf(body, start, end);
    return { exact, start, end, first, last };
  }

  function pagesOf(body, start, end) {
    const upTo = document.createRange();
    upTo.setStart(body, 0);
    let first = null;
    let last = null;
    for (const mark of $$(".page", body)) {
      upTo.setEndBefore(mark);
      const at = upTo.toString().length;
      if (at > start && at >= end) break;
      if (at <= start) first = mark.dataset.page;
      if (at < end) last = mark.dataset.pageEnd;
    }
    return [first ?? last, last];
  }

  async function selectorLine(article, found) {
    const bodies = new Map(articles.map((one) => [one.dataset.record, $(".body", one).textContent]));
    return shortLine({ ...document.body.dataset, bodies, record: article.dataset.record, ...found });
  }

  async function citation(article) {
    const style = $(".citation-form", article).value;
    const whole = $$(".cite pre", article).find((form) => form.dataset.style === style).textContent;
    const found = passage(article);
    if (!found) return { text: whole, of: "record" };
    const pages = found.first === found.last ? `p. ${found.first}` : `pp. ${found.first}–${found.last}`;
    const of = `passage (${pages})`;
    if (style === "csl-json") {
      const items = JSON.parse(whole);
      items[0].locator = found.first === found.last ? found.first : `${found.first}-${found.last}`;
      return { text: JSON.stringify(items, null, 2), of };
    }
    if (style === "ris") return { text: whole.replace(/^ER {2}- ?$/m, `N1  - ${pages}: “${parted(found.exact).join(" ")}”\n$&`), of };
    const line = globalThis.crypto?.subtle ? await selectorLine(article, found) : "";
    return { text: [`“${found.exact}” (${pages})`, whole, line].filter(Boolean).join("\n\n"), of };
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      field.className = "visually-hidden";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      if (!done) throw new Error("the browser does not let this page copy");
    }
  }

  async function copyCitation(article) {
    const button = $(".copy-citation", article);
    try {
      const { text, of } = await citation(article);
      await copy(text);
      say(`Copied the citation of the ${of}`);
      button.dataset.done = "Copied";
    } catch (error) {
      say(`Not copied: ${error.message}`);
      button.dataset.done = "Not copied";
    }
    setTimeout(() => delete button.dataset.done, 1500);
  }

  document.addEventListener("selectionchange", () => {
    const article = openArticle();
    if (!article) return;
    const some = passage(article) !== null;
    $(".copy-citation", article).textContent = some ? "Copy passage with citation" : "Copy citation";
  });

  // ---- source view ------------------------------------------------------------------------------------------------

  function toggleSource(article) {
    const on = article.classList.toggle("audit");
    document.body.classList.toggle("auditing", on);
    $(".source", article).open = on;
    $(".show-source", article).setAttribute("aria-pressed", String(on));
    say(on ? "Source view: the raw lines stand beside the record" : "Source view closed");
  }

  function point(article, block, scroll) {
    for (const line of $$(".here", article)) line.classList.remove("here");
    if (!block) return;
    const lines = $$(`.raw [data-block="${block}"]`, article);
    for (const line of [...lines, ...$$(`.body .block[data-block="${block}"]`, article)]) line.classList.add("here");
    if (scroll === "lines") lines[0]?.scrollIntoView({ block: "center" });
    if (scroll === "text") $(`.body .block[data-block="${block}"]`, article)?.scrollIntoView({ block: "center" });
  }

  // ---- theme, menu, help ------------------------------------------------------------------------------------------

  const themes = ["system", "light", "dark"];
  function changeTheme() {
    const now = document.documentElement.dataset.theme ?? "system";
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    document.documentElement.dataset.theme = next;
    $("#theme-name").textContent = next;
    say(`Theme: ${next}`);
  }

  const menu = $("#menu");
  function closeMenu() {
    document.body.classList.remove("menu-open");
    menu.setAttribute("aria-expanded", "false");
  }
  menu.addEventListener("click", () => {
    menu.setAttribute("aria-expanded", String(document.body.classList.toggle("menu-open")));
  });

  const help = $("#help");
  $("#help-open").addEventListener("click", () => help.showModal());
  $("#help-close").addEventListener("click", () => help.close());
  $("#theme").addEventListener("click", changeTheme);

  // ---- what the reader does ---------------------------------------------------------------------------------------

  $("form.find").addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", sift);
  byType.addEventListener("change", sift);
  byAuthor.addEventListener("change", sift);

  document.addEventListener("mousedown", (event) => {
    // A press on the button must not undo the selection that it is to copy.
    if (event.target.closest(".copy-citation")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const article = event.target.closest("article.record");
    if (!article) return;
    if (event.target.closest(".copy-citation")) copyCitation(article);
    else if (event.target.closest(".show-source")) toggleSource(article);
    else if (article.classList.contains("audit") && getSelection().isCollapsed) {
      const line = event.target.closest(".raw tr");
      const block = event.target.closest(".body .block");
      if (line) point(article, line.dataset.block, "text");
      else if (block) point(article, block.dataset.block, "lines");
    }
  });
  document.addEventListener("focusin", (event) => {
    const article = event.target.closest("article.record.audit");
    const block = event.target.closest(".body .block");
    if (article && block) point(article, block.dataset.block, "lines");
  });

  const keys = {
    "/": () => { document.body.classList.add("menu-open"); search.focus(); },
    "?": () => help.showModal(),
    n: () => step(1),
    p: () => step(-1),
    j: () => stepBlock(1),
    k: () => stepBlock(-1),
    s: () => { const article = openArticle(); if (article) toggleSource(article); },
    c: () => { const article = openArticle(); if (article) copyCitation(article); },
    t: changeTheme,
    h: () => go("front"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.key === "Escape" && (search.value || byType.value || byAuthor.selectedIndex)) {
      search.value = "";
      byType.selectedIndex = 0;
      byAuthor.selectedIndex = 0;
      sift();
      return;
    }
    if (event.target.closest("input, select, textarea")) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!act) return;
    event.preventDefault();
    act();
  });

  follow();
});
