// Keeps a page alive: server-sent events, or asking now and then; rings; sends forms quietly.
// The board shows every kiosk; any other page tells who calls. Without this script the board asks
// for itself anew, and all forms work.
"use strict";
(() => {
  const told = document.body.dataset;
  const root = document.documentElement;
  const note = document.getElementById("note");
  const lost = document.getElementById("lost");
  const list = document.querySelector(".kiosks"); // on the board
  const isBoard = list !== null;
  const bellButton = document.getElementById("bell"); // on the board of those who may answer
  const ending = document.getElementById("ending");
  const title = document.title;
  const SILENT_FOR = 12000; // a live page hears something each 5 s
  const ASKS_EACH = 4000;
  const RINGS_EACH = 3000;
  const RINGS_SOFTLY_EACH = 60000; // a session that ends can wait, a citizen cannot
  const SAID_FOR = 20000;
  const STILL_FOR = 1000; // since a finger or a key moved anywhere
  const AWAY_FOR = 15000; // the same, with the pointer or the focus in a card

  // What went wrong comes first, for whoever reads by ear or works by keyboard.
  const refusal = document.querySelector(".refusal[role=alert]");
  if (refusal !== null) {
    refusal.tabIndex = -1;
    refusal.focus();
  }

  if (!told.live) return; // nobody is signed in who is to be told of calls

  // Another language is another page: what was typed would be gone.
  const isTyped = (field) => (field.type === "checkbox" || field.type === "radio"
    ? field.checked !== field.defaultChecked
    : field.type !== "hidden" && field.value !== (refusal === null ? field.defaultValue : ""));
  document.querySelector("form.language")?.addEventListener("submit", (event) => {
    const fields = [...document.querySelectorAll("main form[method=post] :is(input, textarea)")];
    if (fields.some(isTyped) && !confirm(told.loses)) event.preventDefault();
  });

  // The bell: browsers let it sound once somebody has touched the page.
  const bell = new Audio("/static/ring.wav");
  const rings = "BroadcastChannel" in window ? new BroadcastChannel("console-rings") : null;
  let mayRing = false;
  let rangSoftlyAt = 0;
  let rangElsewhereAt = 0; // one bell is enough for all pages of a browser
  if (rings !== null) rings.onmessage = () => { rangElsewhereAt = Date.now(); };
  const ringing = () => document.querySelector("[data-ringing]:not([data-softly])") || document.querySelector("[data-ringing]");
  const setBell = (is) => {
    mayRing = is;
    root.dataset.bell = is ? "on" : "off";
    if (bellButton !== null) bellButton.hidden = is;
  };
  const tryBell = async (isAloud) => {
    bell.volume = isAloud ? 1 : 0;
    try {
      await bell.play();
      if (!isAloud) bell.pause();
      setBell(true);
    } catch {
      setBell(false);
    }
    bell.currentTime = 0;
    bell.volume = 1;
  };
  const ring = async () => {
    const what = ringing();
    if (what === null) return;
    document.title = document.title === title ? what.dataset.ringing : title;
    const isSoft = what.hasAttribute("data-softly");
    if (!mayRing || Date.now() - rangElsewhereAt < RINGS_EACH * 0.9) return;
    if (isSoft && Date.now() - rangSoftlyAt < RINGS_SOFTLY_EACH) return;
    if (isSoft) rangSoftlyAt = Date.now();
    try {
      bell.currentTime = 0;
      await bell.play();
      root.dataset.rang = String(Number(root.dataset.rang || 0) + 1);
      if (rings !== null) rings.postMessage("");
      if (navigator.vibrate) navigator.vibrate([200, 100, 200]);
    } catch {
      setBell(false);
    }
  };

  // What was done lies over the cards: not for long.
  let saidUntil;
  const tell = (text) => {
    note.textContent = text;
    clearTimeout(saidUntil);
    saidUntil = setTimeout(() => { note.textContent = ""; }, SAID_FOR);
  };

  // Whoever needs an officer most comes first; no card moves under a finger.
  let movedAt = 0;
  for (const kind of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    document.addEventListener(kind, () => { movedAt = Date.now(); }, { passive: true, capture: true });
  }
  const arrange = () => {
    const wanted = document.getElementById("order").textContent.split(" ").map((kiosk) => document.getElementById(`kiosk-${kiosk}`));
    if (wanted.includes(null) || wanted.every((card, place) => list.children[place] === card)) return;
    const isHeld = list.matches(":hover") || list.contains(document.activeElement);
    if (Date.now() - movedAt < (isHeld ? AWAY_FOR : STILL_FOR)) return;
    const focused = document.activeElement;
    list.append(...wanted);
    if (focused !== document.activeElement) focused.focus({ preventScroll: true });
  };
  if (isBoard) setInterval(arrange, STILL_FOR / 2);

  // What is new on the page.
  let heardAt = Date.now(); // over the live page; while that is silent the page asks
  let source = null;
  const say = (text) => {
    if (lost === null) return;
    lost.hidden = text === "";
    if (lost.textContent !== text) lost.textContent = text;
  };
  const show = (parts) => {
    say("");
    const before = ringing();
    for (const [id, html] of Object.entries(parts)) {
      const place = document.getElementById(id);
      if (place === null) { location.reload(); return; }
      const isHeld = place.contains(document.activeElement);
      const held = isHeld ? document.activeElement.id : "";
      const fresh = document.createElement("template");
      fresh.innerHTML = html;
      if (fresh.innerHTML === place.innerHTML) continue; // else it would be read out again
      place.replaceChildren(fresh.content);
      if (isHeld && place === ending) cameFrom?.focus();
      else if (held) (document.getElementById(held) || place.closest(".kiosk")?.querySelector("h2"))?.focus();
    }
    if (ringing() === null) { document.title = title; bell.pause(); } else if (before === null) ring();
  };
  let cameFrom = null; // where somebody was writing before they pressed here
  ending.addEventListener("focusin", (event) => { if (!ending.contains(event.relatedTarget)) cameFrom = event.relatedTarget; });
  // From the board one may be led away; elsewhere somebody may be writing.
  let isOver = false;
  const leave = () => {
    if (isOver) return;
    isOver = true;
    say(told.over);
    if (isBoard) { location.assign("/login?over"); return; }
    show({ "call-line": "", ending: "" });
    say(told.over);
    const enter = document.createElement("a");
    Object.assign(enter, { href: "/login?over", target: "_blank", textContent: told.enter });
    lost.append(" ", enter);
  };
  const hear = (data) => {
    heardAt = Date.now();
    if (data === "over") { leave(); return; }
    isOver = false;
    if (data === "") say(""); else show(JSON.parse(data));
  };
  const ask = async () => {
    try {
      const answer = await fetch(told.parts, { cache: "no-store" });
      if (answer.status === 401) { leave(); return; }
      if (!answer.ok) throw new Error(answer.statusText);
      isOver = false;
      show(await answer.json());
      if (source?.readyState === EventSource.CLOSED) listen();
    } catch {
      say(told.lost);
    }
  };
  // A browser opens few connections at once: all pages but the board share the one of one of them.
  const shared = !isBoard && "BroadcastChannel" in window ? new BroadcastChannel("console-calls") : null;
  if (shared !== null) shared.onmessage = (event) => hear(event.data);
  const listen = () => {
    const pass = (data) => { hear(data); shared?.postMessage(data); };
    source = new EventSource(told.live);
    source.onmessage = (event) => pass(event.data);
    source.addEventListener("here", () => pass(""));
    source.addEventListener("other", () => location.reload());
    source.addEventListener("over", () => { source.close(); pass("over"); });
  };
  if (isBoard) listen();
  else {
    ask(); // what has happened since the page was made
    if (shared !== null) navigator.locks?.request("console-calls", () => { listen(); return new Promise(() => {}); });
  }
  setInterval(() => { if (Date.now() - heardAt > SILENT_FOR) ask(); }, ASKS_EACH);

  // A question that is answered closes.
  const close = (question) => {
    question.open = false;
    question.querySelector("summary").focus();
  };
  document.addEventListener("click", (event) => {
    if (!event.target.hasAttribute("data-leave")) return;
    event.preventDefault();
    close(event.target.closest("details"));
  });

  // Whoever only reads the board hears no bell.
  if (bellButton !== null || !isBoard) {
    bellButton?.addEventListener("click", () => tryBell(true).then(() => { if (mayRing) tell(told.bellOn); }));
    document.addEventListener("click", (event) => { if (!mayRing && event.target !== bellButton) tryBell(false); });
    setBell(false);
    tryBell(false);
  }
  setInterval(ring, RINGS_EACH);

  // Forms that leave the page where it is.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-quiet")) return;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true"); // not disabled: it would lose the focus
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Quiet": "1" } });
      if (answer.status === 401) { leave(); return; }
      const text = await answer.text();
      if (ending.contains(form) && answer.ok) ask();
      else tell(answer.ok ? text : text || told.failed);
    } catch {
      tell(told.failed);
    }
    button.removeAttribute("aria-busy");
    const question = button.closest(".asks");
    if (question !== null) close(question);
  });
})();
