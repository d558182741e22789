"use strict";
// The page has no library and no build. Texts are set as text, never as HTML.

const PAGE_SIZE = 48;
const STEP_OF_TEN = 10;
const MIN_SHOWN_PX = 480;
const $ = (id) => document.getElementById(id);
const isStatic = () => Boolean(window.effaceData);

let data;
let order = [];
let page = 0;
let drawn = new Set();
let sample = null;
let shown = null; // the instance that is open, as the server told it
let frame = 0;
let selected = null; // {kind: "region" | "decision", at}
let draft = null; // {box, from}: a box that is drawn, or moved from a region or a decision

// --- Asking the server

async function ask(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let told;
  try {
    const answer = await fetch(path, { cache: "no-store", ...options });
    told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
  } catch (error) {
    const isGone = error instanceof TypeError;
    say("problem", isGone ? "The server does not answer: start efface review again." : error.message);
    throw error;
  }
  say("problem", "");
  return told;
}

function detailOf(number) {
  if (!isStatic()) return ask(`instances/${number}.json`);
  return new Promise((resolve, reject) => {
    window.effaceInstance = resolve; // A page of files can load scripts, and nothing else.
    const script = make("script", { src: `instances/${number}.js` });
    script.onerror = reject;
    script.onload = () => script.remove();
    document.head.append(script);
  });
}

function pictureOf(which, number, at, { view = "", small = false } = {}) {
  if (isStatic()) return small ? `pictures/${number}-small.png` : `pictures/${number}-${at}.png`;
  const query = small ? "?small=1" : `?view=${encodeURIComponent(view)}`;
  return `pictures/${which}/${number}/${at}.png${query}`;
}

// --- Small helpers for elements

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function svgOf(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function say(id, text) {
  $(id).textContent = text;
  if (id !== "status") $(id).hidden = !text;
}

// --- Gallery

const word = (number) => data.words[number];
const filters = () => Object.fromEntries(new FormData($("filters")));

const VERDICTS = [
  ["", "all", () => true],
  ["published", "published", (n) => data.published[n]],
  ["quarantined", "quarantined", (n) => !data.published[n]],
  ["redacted", "with redacted text", (n) => data.redacted[n] > 0],
  ["kept", "with kept text", (n) => data.kept[n] > 0],
  ["clean", "without any text", (n) => data.published[n] && !data.redacted[n] && !data.kept[n]],
  ["drawn", "sample: drawn", (n) => drawn.has(n)],
  ["unseen", "sample: to look at", (n) => drawn.has(n) && !(n in sample.answers)],
];

function fillFilters() {
  const form = $("filters");
  for (const [value, label] of VERDICTS) {
    if (sample || !["drawn", "unseen"].includes(value)) form.verdict.append(new Option(label, value));
  }
  for (const [name, column] of [["modality", data.modality], ["device", data.device], ["reason", data.reasons]]) {
    const counts = new Map();
    for (const value of column.flat()) counts.set(value, (counts.get(value) || 0) + 1);
    const found = [...counts].map(([value, count]) => [word(value), value, count]).sort((a, b) => a[0].localeCompare(b[0]));
    form[name].append(new Option("all", ""));
    for (const [text, value, count] of found) form[name].append(new Option(`${text || "not told"} (${count})`, value));
  }
  if (sample) form.verdict.value = "unseen";
}

function applyFilters() {
  const { verdict, modality, device, reason, score, order: by } = filters();
  const isOfVerdict = VERDICTS.find(([value]) => value === verdict)[2];
  const isWanted = (n) =>
    isOfVerdict(n) &&
    (modality === "" || data.modality[n] === Number(modality)) &&
    (device === "" || data.device[n] === Number(device)) &&
    (reason === "" || data.reasons[n].includes(Number(reason))) &&
    (score === "" || (data.score[n] !== null && data.score[n] < Number(score)));
  order = Array.from({ length: data.count }, (_, n) => n).filter(isWanted);
  const boxes = (n) => data.redacted[n] + data.kept[n];
  if (by === "score") order.sort((a, b) => (data.score[a] ?? 2) - (data.score[b] ?? 2) || a - b);
  if (by === "boxes") order.sort((a, b) => boxes(b) - boxes(a) || a - b);
  page = 0;
}

const nameOf = (n) => (data.published[n] ? `${word(data.modality[n])} …${data.name[n]}` : `Source ${data.name[n]}…`);

function outcomeOf(n) {
  if (!data.published[n]) return word(data.reasons[n][0]) === "rejected" ? "rejected" : `quarantined: ${word(data.reasons[n][0])}`;
  if (!data.redacted[n] && !data.kept[n]) return "published, no text";
  return `published, ${data.redacted[n]} redacted, ${data.kept[n]} kept`;
}

function card(n) {
  const thumb = make("span", { className: "thumb" });
  const canShow = data.published[n] ? data.frames[n] > 0 : data.has_sources;
  const none = make("span", { textContent: data.published[n] ? "no picture" : "not published" });
  if (canShow) {
    const image = make("img", { loading: "lazy", alt: "", src: pictureOf(data.published[n] ? "output" : "source", n, 0, { small: true }) });
    image.onerror = () => image.replaceWith(none);
    thumb.append(image);
  } else {
    thumb.append(none);
  }
  const frames = data.frames[n] > 1 ? `, ${data.frames[n]} frames` : "";
  const link = make(
    "a",
    { href: `#/${n}` },
    thumb,
    make("strong", { textContent: nameOf(n) }),
    make("span", { className: "dim", textContent: word(data.device[n]) + frames }),
    make("span", { className: `outcome${sample && n in sample.answers ? " seen" : ""}`, textContent: outcomeOf(n) }),
  );
  return make("li", {}, link);
}

function showGallery() {
  shown = draft = selected = null;
  $("instance").hidden = true;
  $("gallery").hidden = false;
  const pages = Math.max(1, Math.ceil(order.length / PAGE_SIZE));
  page = Math.min(page, pages - 1);
  $("cards").replaceChildren(...order.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE).map(card));
  $("page-place").textContent = `Page ${page + 1} of ${pages}`;
  $("page-back").disabled = page === 0;
  $("page-on").disabled = page === pages - 1;
  $("pager").hidden = pages === 1;
  say("status", `${order.length} of ${data.count} match`);
}

function turnPage(by) {
  page += by;
  showGallery();
  $("cards").querySelector("a")?.focus();
}

function stepInGallery(by) {
  const links = [...$("cards").querySelectorAll("a")];
  const at = links.indexOf(document.activeElement) + by;
  if (at >= links.length && !$("page-on").disabled) turnPage(1);
  else if (at < 0 && document.activeElement.tagName === "A" && !$("page-back").disabled) turnPage(-1);
  else links[Math.min(Math.max(at, 0), links.length - 1)]?.focus();
}

// --- One instance

async function showInstance(number) {
  const found = await detailOf(number);
  if (location.hash !== `#/${number}`) return; // Another one was asked for meanwhile.
  const isSame = shown?.number === number;
  shown = found;
  if (!isSame) {
    frame = 0;
    draft = selected = null;
    $("view").replaceChildren(...shown.views.map((view) => new Option(view)));
  }
  $("gallery").hidden = true;
  $("instance").hidden = false;
  $("title").textContent = nameOf(number);
  $("frame").max = Math.max(0, shown.frames - 1);
  $("frame-tool").hidden = shown.frames < 2;
  $("view-tool").hidden = shown.views.length < 2;
  $("tools").hidden = $("legend").hidden = !shown.frames;
  $("source-tool").hidden = !shown.has_source || !shown.is_published;
  say("no-picture", shown.frames ? "" : whyNoPicture());
  fillFacts();
  showParts();
  showFrame(frame);
  if (!isSame) $("title").focus();
  const at = order.indexOf(number);
  say("status", at < 0 ? outcomeOf(number) : `${at + 1} of ${order.length}: ${outcomeOf(number)}`);
}

function whyNoPicture() {
  if (shown.problem) return `It cannot be shown. ${shown.problem}`;
  if (shown.is_published) return "This instance has no picture.";
  return isStatic() ? "Nothing is published of this source." : "Nothing is published of this source. Start with --vault to look at it.";
}

function fillFacts() {
  const facts = {
    Outcome: outcomeOf(shown.number),
    Detail: shown.detail,
    Meaning: shown.meaning,
    "What to do": shown.advice,
    Step: shown.stage,
    Device: shown.device,
    "Image Type": shown.image_type.join("\\"),
    Frames: shown.frames || "",
    "SOP Instance UID": shown.sop_instance_uid,
    "Series Instance UID": shown.series_instance_uid,
    "Study Instance UID": shown.study_instance_uid,
    "Patient ID": shown.patient_id,
    Ref: shown.ref,
    ...shown.facts,
  };
  const rows = Object.entries(facts).filter(([, value]) => value !== "");
  $("facts").replaceChildren(...rows.flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", { textContent: value })]));
}

/** What depends on boxes and decisions, not on the Frame. */
function showParts() {
  const canDecide = data.can_decide && shown.scopes.length > 0;
  $("deciding").hidden = !canDecide;
  $("scope").replaceChildren(...shown.scopes.map((scope) => new Option(SCOPES[scope], scope)));
  const isJudged = data.releasable.includes(shown.code);
  $("release").hidden = !isJudged;
  $("reject").hidden = !shown.is_published && !isJudged;
  for (const id of ["draw", "edit", "remove", "keep", "redact"]) $(id).hidden = !shown.frames;
  $("regions").replaceChildren(...shown.regions.map(regionButton));
  if (!shown.regions.length) $("regions").append(make("li", { textContent: "none" }));
  $("found").hidden = !shown.is_published;
  $("decided").hidden = !shown.decisions.length;
  $("decisions-state").textContent = shown.is_done ? "done" : "for the next run";
  $("decisions").replaceChildren(...shown.decisions.map(decisionButton));
  $("sample-question").hidden = !drawn.has(shown.number);
  if (drawn.has(shown.number)) {
    const answer = sample.answers[shown.number];
    const said = answer === undefined ? "Look at every frame. Is anything left that identifies?" : `Answered: ${answer ? "something" : "nothing"} identifies.`;
    $("sample-answer").textContent = said;
  }
  showSelection();
}

const SCOPES = { instance: "this instance", series: "all of this series", device: "all images of this device, size and type" };
const describeBox = (box) => `${box[0]}, ${box[1]} to ${box[2]}, ${box[3]}`;

function describeFrames(frames, of) {
  if (!frames?.length || frames.length === of) return of > 1 ? "all frames" : "";
  return `frame ${frames.slice(0, 3).map((n) => n + 1).join(", ")}${frames.length > 3 ? ` and ${frames.length - 3} more` : ""}`;
}

function entryButton(kind, at, className, title, lines) {
  const small = lines.filter(Boolean).map((line) => make("small", { textContent: line }));
  const button = make("button", { type: "button", className }, make("span", { textContent: title }), ...small);
  button.onclick = () => select(kind, at);
  button.dataset.at = at;
  return button;
}

function regionButton(region, at) {
  const verdict = region.is_kept ? "kept" : "redacted";
  const lines = [
    region.meaning,
    data.can_decide && region.is_protected && !region.is_kept ? "Cannot be kept or made smaller." : "",
    `rule ${region.rule}, score ${region.score.toFixed(2)}${region.overlay_group ? ", in an overlay plane" : ""}`,
    [describeBox(region.box), describeFrames(region.frames, shown.frames)].filter(Boolean).join("; "),
  ];
  return make("li", {}, entryButton("region", at, verdict, `${at + 1}. ${verdict}: ${region.reason}`, lines));
}

function decisionButton(decision, at) {
  const lines = [
    decision.box ? describeBox(decision.box) + (decision.new_box ? ` becomes ${describeBox(decision.new_box)}` : "") : "",
    describeFrames(decision.frames, shown.frames),
    decision.decided_by ? `by ${decision.decided_by}, ${decision.at}` : "by the policy",
  ];
  const title = `${decision.action}${decision.code ? ` ${decision.code}` : ""}: ${SCOPES[decision.scope]}`;
  return make("li", {}, entryButton("decision", at, "what", title, lines));
}

// --- Frames and boxes

function showFrame(at) {
  if (!shown.frames) {
    $("output-side").hidden = $("source-side").hidden = true;
    return;
  }
  frame = Math.min(Math.max(at, 0), shown.frames - 1);
  $("frame").value = frame;
  $("frame-place").textContent = `${frame + 1} of ${shown.frames}`;
  const isQuarantined = !shown.is_published;
  for (const which of ["output", "source"]) {
    const side = $(`${which}-side`);
    side.hidden = which === "output" ? isQuarantined : !(isQuarantined || (shown.has_source && $("source-on").checked));
    if (side.hidden) continue;
    const image = side.querySelector("img");
    image.alt = `Frame ${frame + 1} of the ${which}`;
    image.onload = () => fitStage(side.querySelector(".stage"), image);
    const address = pictureOf(which, shown.number, frame, { view: $("view").value });
    if (image.getAttribute("src") !== address) image.src = address;
  }
  showBoxes();
}

function fitStage(stage, image) {
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  stage.style.aspectRatio = `${width} / ${height}`;
  stage.style.maxWidth = `min(${Math.max(width, MIN_SHOWN_PX)}px, ${(76 * width) / height}vh)`;
  showBoxes();
}

const isOnFrame = (frames) => !frames?.length || frames.includes(frame);

function showBoxes() {
  for (const side of [$("output-side"), $("source-side")]) {
    const [image, svg] = [side.querySelector("img"), side.querySelector("svg")];
    if (side.hidden || !image.naturalWidth) continue;
    svg.setAttribute("viewBox", `0 0 ${image.naturalWidth} ${image.naturalHeight}`);
    svg.replaceChildren();
    const px = image.naturalWidth / (svg.clientWidth || image.naturalWidth); // Pixels of the Frame for one of the screen.
    if ($("boxes-on").checked) {
      shown.regions.forEach((region, at) => {
        if (!isOnFrame(region.frames)) return;
        const isSelected = selected?.kind === "region" && selected.at === at;
        addBox(svg, region.box, `${region.is_kept ? "kept" : "redacted"}${isSelected ? " selected" : ""}`, px, String(at + 1));
      });
      shown.decisions.forEach((decision, at) => {
        const box = decision.new_box || decision.box;
        if (!box || !isOnFrame(decision.frames)) return;
        const isSelected = selected?.kind === "decision" && selected.at === at;
        addBox(svg, box, `decided${isSelected ? " selected" : ""}`, px, decision.action);
      });
    }
    if (draft) addDraft(svg, px);
    side.querySelector(".stage").classList.toggle("drawing", Boolean(draft));
  }
}

function addBox(svg, [left, top, right, bottom], className, px, label) {
  const place = { x: left, y: top, width: right - left, height: bottom - top };
  const group = svgOf("g", { class: className });
  group.append(svgOf("rect", { class: "under", ...place }), svgOf("rect", { class: "over", ...place }));
  if (label) {
    const isAbove = top > 16 * px; // Where there is no room above, the label stands behind the box.
    const [x, y] = isAbove ? [left, top - 4 * px] : [right + 4 * px, bottom];
    const text = svgOf("text", { x, y, "font-size": 12 * px, "stroke-width": 3 * px });
    text.textContent = label;
    group.append(text);
  }
  svg.append(group);
  return group;
}

function addDraft(svg, px) {
  const [left, top, right, bottom] = draft.box;
  addBox(svg, draft.box, "draft", px, "");
  const size = 12 * px;
  for (const [x, y, corner] of [[left, top, "lt"], [right, top, "rt"], [left, bottom, "lb"], [right, bottom, "rb"]]) {
    svg.append(svgOf("rect", { class: "handle", x: x - size / 2, y: y - size / 2, width: size, height: size, "data-corner": corner }));
  }
}

// --- Selecting and deciding

const selectedItem = () => selected && (selected.kind === "region" ? shown.regions : shown.decisions)[selected.at];

function select(kind, at) {
  selected = { kind, at };
  const { frames } = selectedItem();
  if (frames?.length && !frames.includes(frame)) showFrame(frames[0]);
  showSelection();
  showBoxes();
}

function stepSelection(by) {
  const all = [...shown.regions.map((_, at) => ["region", at]), ...shown.decisions.map((_, at) => ["decision", at])];
  if (!all.length) return;
  const now = all.findIndex(([kind, at]) => selected && kind === selected.kind && at === selected.at);
  const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : (now + by + all.length) % all.length;
  select(...all[next]);
  const list = $(all[next][0] === "region" ? "regions" : "decisions");
  list.querySelector(`[data-at="${all[next][1]}"]`).focus();
}

function showSelection() {
  for (const [id, kind] of [["regions", "region"], ["decisions", "decision"]]) {
    for (const button of $(id).querySelectorAll("button")) {
      button.setAttribute("aria-pressed", selected?.kind === kind && selected.at === Number(button.dataset.at));
    }
  }
  const item = selectedItem();
  const isRegion = selected?.kind === "region" && !item.overlay_group; // Decisions are about the pixels of Frames.
  const canStay = isRegion && !item.is_kept && !item.is_protected;
  $("edit").disabled = !(canStay || (item?.action === "redact" && item.id));
  $("remove").disabled = !(canStay || (selected?.kind === "decision" && item.id)); // A policy's own ones are changed there.
  $("keep").disabled = !canStay;
  $("redact").disabled = !(isRegion && item.is_kept);
}

/** Frames for the table: none stands for all. Those of one instance say nothing of another. */
function framesOf(frames, scope) {
  return scope !== "instance" || !frames?.length || frames.length === shown.frames ? [] : frames;
}

async function decide(decision) {
  const scope = $("scope").value;
  const told = await ask("decisions", { number: shown.number, scope, ...decision });
  afterDecision(told, `Decided: ${decision.action}, ${SCOPES[scope]}`);
}

function afterDecision(told, text) {
  const scope = $("scope").value;
  shown = told;
  draft = selected = null;
  $("draft").hidden = true;
  showParts();
  $("scope").value = scope;
  showBoxes();
  say("status", text);
}

async function withdraw(id) {
  afterDecision(await ask("withdrawals", { number: shown.number, id }), "The decision is taken back");
}

function keepSelected() {
  const region = selectedItem();
  decide({ action: "keep", box: region.box, frames: framesOf(region.frames, $("scope").value) });
}

function redactSelected() {
  const region = selectedItem();
  decide({ action: "redact", box: region.box, frames: framesOf(region.frames, $("scope").value) });
}

function removeSelected() {
  if (selected.kind === "decision") withdraw(selectedItem().id);
  else keepSelected();
}

const stageOfFrame = () => (shown.is_published ? $("output-side") : $("source-side")).querySelector(".stage");

function sizeOfFrame() {
  const image = stageOfFrame().querySelector("img");
  return [image.naturalWidth, image.naturalHeight];
}

function startDraft(box, from) {
  const [width, height] = sizeOfFrame();
  if (!width) return;
  const middle = [width * 0.4, height * 0.45, width * 0.6, height * 0.55].map(Math.round);
  draft = { box: box ? [...box] : middle, from };
  $("draft").hidden = false;
  $("draft-heading").textContent = from ? "Resize a box" : "Draw a box";
  $("draft").frames.replaceChildren(
    ...(from?.frames?.length && from.frames.length < shown.frames ? [new Option("those of the box", "box")] : []),
    new Option("all", "all"),
    new Option("only the one that is shown", "one"),
  );
  $("draft-frames").hidden = shown.frames === 1;
  setDraft(draft.box);
  stageOfFrame().focus(); // Keys move the box then, and press no button.
  say("status", "Drawing: arrow keys move the box, Shift with arrow keys resizes it, Enter saves, Escape cancels");
}

function endDraft() {
  draft = null;
  $("draft").hidden = true;
  showBoxes();
  say("status", "No box is drawn");
}

function setDraft([left, top, right, bottom]) {
  const [width, height] = sizeOfFrame();
  const [x0, x1] = [left, right].sort((a, b) => a - b).map((x) => Math.round(Math.min(Math.max(x, 0), width)));
  const [y0, y1] = [top, bottom].sort((a, b) => a - b).map((y) => Math.round(Math.min(Math.max(y, 0), height)));
  draft.box = [Math.min(x0, width - 1), Math.min(y0, height - 1), Math.max(x1, x0 + 1), Math.max(y1, y0 + 1)];
  SIDES.forEach((name, at) => ($("draft")[name].value = draft.box[at]));
  showBoxes();
}

const SIDES = ["left", "top", "right", "bottom"];
const typedBox = () => SIDES.map((name) => Number($("draft")[name].value));

/** Shows what is typed as soon as it is a box. The numbers stay as they are until it is saved. */
function showTyped() {
  const [left, top, right, bottom] = typedBox();
  if (left < right && top < bottom) draft.box = [left, top, right, bottom];
  showBoxes();
}

function moveDraft(dx, dy, isResize) {
  const [width, height] = sizeOfFrame();
  const [left, top, right, bottom] = draft.box;
  if (isResize) {
    setDraft([left, top, Math.max(right + dx, left + 1), Math.max(bottom + dy, top + 1)]);
    return;
  }
  const x = Math.min(Math.max(dx, -left), width - right);
  const y = Math.min(Math.max(dy, -top), height - bottom);
  setDraft([left + x, top + y, right + x, bottom + y]);
}

async function saveDraft() {
  setDraft(typedBox());
  const { box, from } = draft;
  const which = $("draft").frames.value;
  const frames = which === "one" ? [frame] : framesOf(which === "box" ? from.frames : [], $("scope").value);
  if (from?.kind === "decision") {
    $("scope").value = from.scope;
    await decide({ action: "redact", box, frames }); // The new one first: nothing is open in between.
    await withdraw(from.id);
  } else if (from) {
    await decide({ action: "resize", box: from.box, new_box: box, frames });
  } else {
    await decide({ action: "redact", box, frames });
  }
}

function editSelected() {
  const item = selectedItem();
  startDraft(item.box, { ...item, kind: selected.kind });
}

function drawByPointer(stage) {
  const svg = stage.querySelector("svg");
  const place = (event) => {
    const area = svg.getBoundingClientRect();
    const [width, height] = sizeOfFrame();
    return [((event.clientX - area.left) / area.width) * width, ((event.clientY - area.top) / area.height) * height];
  };
  svg.addEventListener("pointerdown", (event) => {
    if (!draft || event.button) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    const [left, top, right, bottom] = draft.box;
    const corner = event.target.dataset.corner;
    const isInside = x >= left && x < right && y >= top && y < bottom;
    const fixed = corner && [corner[0] === "l" ? right : left, corner[1] === "t" ? bottom : top];
    const move = (later) => {
      const [nowX, nowY] = place(later);
      if (corner) setDraft([...fixed, nowX, nowY]);
      else if (isInside && draft.isPlaced) setDraft([left + nowX - x, top + nowY - y, right + nowX - x, bottom + nowY - y]);
      else setDraft([x, y, nowX, nowY]);
    };
    const end = () => {
      svg.removeEventListener("pointermove", move);
      if (draft) draft.isPlaced = true;
    };
    if (draft.from) draft.isPlaced = true;
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", end, { once: true });
    svg.addEventListener("pointercancel", end, { once: true });
  });
}

// --- Sample

function showSample() {
  if (!sample) return;
  const percent = (share) => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;
  const confidence = Math.round(100 * sample.confidence);
  const seen = `Sample: ${sample.seen} of ${sample.drawn} drawn images looked at, ${sample.missed} with something that identifies.`;
  const isAll = sample.counted === sample.images;
  const reached = isAll
    ? `All images were looked at: ${percent(sample.upper_share)} of them identify.`
    : `With ${confidence} % confidence at most ${percent(sample.upper_share)} of the ${sample.images} images identify.`;
  const open = "No bound yet: look at every kind of image (modality and device).";
  say("sample", `${seen} ${sample.counted ? reached : open} Wanted: ${percent(sample.wanted)}.`);
}

async function answerSample(isMissed) {
  const { number } = shown;
  $("sample-answer").textContent = "Noted.";
  sample = await ask("looks", { number, is_missed: isMissed });
  showSample();
  const next = [...drawn].find((n) => n > number && !(n in sample.answers)) ?? [...drawn].find((n) => !(n in sample.answers));
  if (isMissed || next === undefined) showParts();
  else location.hash = `#/${next}`;
}

// --- Moving around

function stepInstance(by) {
  const at = order.indexOf(shown.number);
  const next = order[at < 0 ? 0 : at + by];
  if (next === undefined) say("status", by > 0 ? "This is the last one" : "This is the first one");
  else location.hash = `#/${next}`;
}

function route() {
  const number = Number(location.hash.slice(2));
  if (/^#\/\d+$/.test(location.hash) && number < data.count) {
    showInstance(number).catch(() => {});
    return;
  }
  const last = shown?.number;
  if (last !== undefined && order.includes(last)) page = Math.floor(order.indexOf(last) / PAGE_SIZE);
  showGallery();
  if (last !== undefined) $("cards").querySelector(`[href="#/${last}"]`)?.focus();
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const KEYS_OF_INSTANCE = {
  j: () => stepInstance(1),
  k: () => stepInstance(-1),
  g: () => (location.hash = "#/"),
  "[": () => stepSelection(-1),
  "]": () => stepSelection(1),
  b: () => $("boxes-on").click(),
  s: () => $("source-on").click(),
  v: () => {
    $("view").selectedIndex = ($("view").selectedIndex + 1) % Math.max(1, $("view").length);
    showFrame(frame);
  },
  r: () => press("draw"),
  e: () => press("edit"),
  x: () => press("remove"),
  K: () => press("keep"),
  R: () => press("redact"),
  y: () => press("sample-clean"),
  m: () => press("sample-missed"),
};

/** As a click on the button, where it can be seen and used. */
function press(id) {
  if ($(id).offsetParent) $(id).click();
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || $("help").open || !data) return;
  const { target } = event;
  const isTyping = target.matches("select, input:not([type=range], [type=checkbox])");
  if (draft && event.key === "Escape") endDraft();
  else if (isTyping) return;
  else if (event.key === "?") $("help").showModal();
  else if (draft && event.key === "Enter" && !target.matches("button")) saveDraft().catch(() => {});
  else if (draft && event.key in ARROWS) moveDraft(...ARROWS[event.key].map((by) => by * stepPx()), event.shiftKey);
  else if (!shown && (event.key === "j" || event.key === "k")) stepInGallery(event.key === "j" ? 1 : -1);
  else if (shown?.frames > 1 && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    showFrame(frame + ARROWS[event.key][0] * (event.shiftKey ? STEP_OF_TEN : 1));
  } else if (shown && !draft && event.key in KEYS_OF_INSTANCE) KEYS_OF_INSTANCE[event.key]();
  else return;
  event.preventDefault();
}

/** A step of the arrow keys: a hundredth of the Frame, at least a pixel. */
const stepPx = () => Math.max(1, Math.round(Math.max(...sizeOfFrame()) / 200));

function listen() {
  const on = (id, kind, act) => $(id).addEventListener(kind, act);
  window.addEventListener("hashchange", route);
  window.addEventListener("resize", () => shown && showBoxes());
  document.addEventListener("keydown", onKey);
  on("filters", "input", () => (applyFilters(), showGallery()));
  on("filters", "reset", () => setTimeout(() => (applyFilters(), showGallery())));
  on("filters", "submit", (event) => event.preventDefault());
  on("page-back", "click", () => turnPage(-1));
  on("page-on", "click", () => turnPage(1));
  on("step-back", "click", () => stepInstance(-1));
  on("step-on", "click", () => stepInstance(1));
  on("help-button", "click", () => $("help").showModal());
  on("frame", "input", () => showFrame(Number($("frame").value)));
  on("view", "change", () => showFrame(frame));
  on("boxes-on", "change", showBoxes);
  on("source-on", "change", () => showFrame(frame));
  on("light", "input", () => document.querySelectorAll(".stage img").forEach((image) => (image.style.filter = `brightness(${$("light").value})`)));
  on("draw", "click", () => startDraft(null, null));
  on("edit", "click", editSelected);
  on("remove", "click", removeSelected);
  on("keep", "click", keepSelected);
  on("redact", "click", redactSelected);
  on("release", "click", () => decide({ action: "release", code: shown.code }));
  on("reject", "click", () => decide({ action: "reject", code: shown.code }));
  on("draft", "submit", (event) => (event.preventDefault(), saveDraft().catch(() => {})));
  on("draft-cancel", "click", endDraft);
  for (const name of SIDES) $("draft")[name].addEventListener("input", showTyped);
  on("sample-clean", "click", () => answerSample(false).catch(() => {}));
  on("sample-missed", "click", () => answerSample(true).catch(() => {}));
  document.querySelectorAll(".stage").forEach(drawByPointer);
  window.addEventListener("unhandledrejection", (event) => event.preventDefault()); // `ask` has said it.
}

async function start() {
  data = window.effaceData || (await ask("index.json"));
  sample = data.sample;
  drawn = new Set(data.drawn);
  fillFilters();
  applyFilters();
  listen();
  $("legend").lastElementChild.hidden = !data.can_decide;
  showSample();
  route();
}

start().catch(() => {});
