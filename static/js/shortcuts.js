// Single keys, for whoever wants them. They move the focus and follow links; none of them sends a form.
(() => {
	const WAIT = 1500; // milliseconds in which a second key still belongs to the first
	const list = document.getElementById("shortcuts");
	let first = "", since = 0;

	const isTyping = (target) => target.isContentEditable || target.closest?.("input, select, textarea, dialog");
	const isCovered = () => document.querySelector("dialog[open], :popover-open");

	const search = (link) => {
		const fields = ["main", ".banner"].flatMap((place) => [...document.querySelectorAll(`${place} input[type=search]`)]);
		const field = fields.find((each) => each.checkVisibility()); // of this page before that of all pages
		if (!field) return link.click();
		field.focus();
		field.select();
	};

	// The first link of a row stands for it: that is what Enter then opens.
	const move = (step) => {
		const rows = [...document.querySelectorAll("main tbody tr, main .turn")].filter((row) => row.querySelector("a"));
		const here = rows.findIndex((row) => row.contains(document.activeElement));
		const row = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step];
		row?.querySelector("a").focus();
	};

	const press = (keys) => {
		if (keys === "j" || keys === "k") return move(keys === "j" ? 1 : -1), true;
		if (keys === "?") return list.showModal(), true; // Escape closes it and gives the focus back
		const link = [...list.querySelectorAll("a[data-keys]")].find((each) => each.dataset.keys === keys);
		if (!link) return false;
		if (keys === "/") search(link);
		else link.click();
		return true;
	};

	document.addEventListener("keydown", (event) => {
		if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.key.length !== 1 || isTyping(event.target) || isCovered()) return;
		const keys = first && event.timeStamp - since < WAIT ? `${first} ${event.key}` : event.key;
		[first, since] = keys === "g" ? ["g", event.timeStamp] : ["", 0];
		if (!event.repeat || keys === "j" || keys === "k") press(keys) && event.preventDefault();
	});
})();
