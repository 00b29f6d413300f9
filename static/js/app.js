// Conveniences only: every page works without this file, and nothing here decides anything about money.
(() => {
	const { sayCopied, sayNotCopied, saySending } = document.currentScript.dataset;
	const sending = new Map(); // form -> the pressed button and what it showed

	document.documentElement.dataset.scripted = ""; // shows what needs this file

	const announce = (words) => {
		const live = document.querySelector("[data-live]");
		if (!live) return;
		live.textContent = "";
		setTimeout(() => { live.textContent = words; }, 50); // a change within the same turn is not read out
	};

	document.addEventListener("announce", (event) => announce(event.detail));

	// How many a list has, once a filter has changed it.
	let found = document.querySelector("[data-found]");
	const announceFound = () => {
		const list = document.querySelector("[data-found]");
		if (list && list !== found) announce(list.dataset.found);
		found = list;
	};

	// The clipboard API is missing where the console is served without TLS on an internal network.
	const copyOldStyle = (text, button) => {
		const area = document.createElement("textarea");
		area.value = text;
		area.className = "vh";
		document.body.append(area);
		area.select();
		const done = document.execCommand("copy");
		area.remove();
		button.focus();
		return done ? Promise.resolve() : Promise.reject();
	};
	const copy = (text, button) =>
		navigator.clipboard ? navigator.clipboard.writeText(text) : copyOldStyle(text, button);

	document.addEventListener("click", (event) => {
		const button = event.target.closest("[data-copy]");
		if (button) copy(button.dataset.copy, button).then(() => announce(sayCopied), () => announce(sayNotCopied));
		for (const menu of document.querySelectorAll("details.menu[open]")) {
			if (!menu.contains(event.target)) menu.open = false;
		}
	});

	document.addEventListener("keydown", (event) => {
		const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
		if (!menu) return;
		menu.open = false;
		menu.querySelector("summary").focus();
	});

	const start = (form, button) => {
		sending.set(form, { button, shown: button ? [...button.childNodes] : [] });
		if (!button) return;
		button.setAttribute("aria-busy", "true");
		button.textContent = saySending;
	};
	const finish = (form) => {
		const { button, shown } = sending.get(form) ?? {};
		sending.delete(form);
		if (!button) return;
		button.removeAttribute("aria-busy");
		button.replaceChildren(...shown);
	};
	const changesSomething = (form) => form instanceof HTMLFormElement && form.method === "post";

	// On window, so that whoever stops a form has already done so. The button is never disabled: its value must be sent.
	window.addEventListener("submit", (event) => {
		const form = event.target;
		if (event.defaultPrevented || !changesSomething(form)) return;
		if (sending.has(form)) event.preventDefault();
		else start(form, event.submitter ?? form.querySelector("button:not([type=button])"));
	});
	document.addEventListener("htmx:beforeRequest", (event) => {
		const form = event.detail.elt;
		if (!changesSomething(form)) return;
		if (sending.has(form)) event.preventDefault();
		else start(form, event.detail.requestConfig.triggeringEvent?.submitter);
	});
	document.addEventListener("htmx:afterRequest", (event) => finish(event.detail.elt));

	// What the answer to a button replaces takes no typing meanwhile: it would be lost. It is still sent with its form.
	const hold = (isHeld) => ({ detail: { elt, target } }) => {
		if (elt instanceof HTMLButtonElement) target.inert = isHeld;
	};
	document.addEventListener("htmx:beforeSend", hold(true));
	document.addEventListener("htmx:afterRequest", hold(false));

	// What was read of an amount says nothing about another one.
	document.addEventListener("input", ({ target }) => {
		const reading = document.querySelector(`[data-reading-of="${target.id}"]`);
		reading?.toggleAttribute("data-stale", target.value !== reading.dataset.read);
	});

	document.addEventListener("htmx:afterSettle", () => announceFound());
	window.addEventListener("pageshow", () => [...sending.keys()].forEach(finish)); // back from the cache of the browser

	document.querySelector(".errors[autofocus]")?.focus(); // autofocus yields to a fragment in the address
})();
