// Keeps an open page fresh: asks every 20 s, while it is looked at, what changed on it; twice as often while there is no
// answer. See console/live.py.
(() => {
	const { sayLive, sayAgain, sayLost, saySignedOut, sayOffer } = document.currentScript.dataset;
	const EVERY = 20000;
	let timer, turn = 0, seen = new Date(), lost = false, isAuto = false, skipped = false;
	const box = () => document.getElementById("live");
	const announce = (words) => document.dispatchEvent(new CustomEvent("announce", { detail: words }));
	const state = (words) => { for (const place of document.querySelectorAll("[data-live-state]")) place.textContent = words; };

	const lose = (sentence = sayLost) => {
		const options = { hour: "2-digit", minute: "2-digit", timeZone: box()?.dataset.zone };
		const words = sentence.replace("{time}", new Intl.DateTimeFormat("en-GB", options).format(seen));
		state(words);
		if (!lost) announce(words);
		lost = true;
	};
	const regain = () => {
		seen = new Date();
		state(sayLive);
		if (lost) announce(sayAgain);
		lost = false;
	};

	// What somebody is using must not change under the hand: it waits, and the page says so.
	const isBusy = (part) => {
		const selection = getSelection();
		return part.contains(document.activeElement) || part.querySelector(":is(a, button, summary):hover")
			|| (!selection.isCollapsed && part.contains(selection.anchorNode));
	};
	const offer = () => {
		const bar = box().querySelector(".live__bar");
		if (bar.hidden) announce(sayOffer.replace("{words}", bar.querySelector("[data-words]").textContent));
		bar.hidden = false;
	};
	const tell = (words, tag) => {
		const live = box(), link = live.querySelector("[data-show]");
		live.querySelector("[data-words]").textContent = words;
		if (link.getAttribute("hx-swap") === "none") return htmx.trigger(link, "refresh"); // a ticket shows it by itself
		live.dataset.tag = tag;
		offer();
	};

	const ask = async () => {
		clearTimeout(timer);
		const live = box(), mine = ++turn;
		if (!live || document.hidden) return;
		const isOld = () => mine !== turn; // a later question has been asked: its answer is the one that counts
		const headers = { "If-None-Match": `"${live.dataset.tag ?? live.dataset.since}"` };
		try {
			const answer = await fetch(`${live.dataset.url}&since=${live.dataset.since}`, { headers, cache: "no-store", signal: AbortSignal.timeout(10000) });
			const tag = answer.headers.get("ETag")?.replace(/W\/|"/g, "");
			if (isOld()) return;
			if (![200, 204, 304].includes(answer.status)) throw answer.status;
			regain();
			if (answer.status === 204) live.dataset.since = tag; // it was about others
			if (answer.status === 200) tell(await answer.text(), tag);
		} catch (fault) {
			if (isOld()) return;
			lose(fault === 401 ? saySignedOut : sayLost);
		}
		const wait = lost ? EVERY / 2 : EVERY;
		timer = setTimeout(ask, wait * (0.9 + Math.random() / 5)); // screens that were opened together drift apart
	};

	const isShow = (detail) => detail.requestConfig.elt.matches("[data-show]"); // detail.elt may be a parent that is left
	document.addEventListener("htmx:beforeRequest", ({ detail }) => {
		if (isShow(detail)) [isAuto, skipped] = [detail.requestConfig.triggeringEvent?.type === "refresh", false];
	});
	document.addEventListener("htmx:oobBeforeSwap", ({ detail, target }) => {
		if (!target.matches("[data-live-part], #live")) return;
		if (isAuto && (target.id === "live" ? skipped : isBusy(target))) detail.shouldSwap = !(skipped = true);
		const [folded, next] = [target, detail.fragment].map((part) => part.querySelector("details"));
		if (folded && next) next.open = folded.open;
	});
	document.addEventListener("htmx:afterRequest", ({ detail }) => {
		if (!isShow(detail)) return;
		if (!detail.successful) lose();
		else if (skipped) offer();
		else if (isAuto) announce(detail.requestConfig.elt.parentElement.querySelector("[data-words]").textContent);
		else Object.assign(document.querySelector("h1"), { tabIndex: -1 }).focus(); // the link pressed is gone
	});
	document.addEventListener("visibilitychange", ask);
	window.addEventListener("online", ask);
	window.addEventListener("offline", () => box() && lose());
	if (box()) { state(sayLive); timer = setTimeout(ask, EVERY); }
})();
