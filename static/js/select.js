// Selecting rows of a list: says how many and which assets, and selects all of the page. It never adds amounts.
(() => {
	const boxes = () => [...document.querySelectorAll('[name="pick"]')];
	const picked = () => boxes().filter((box) => box.checked);
	let kept = new Set(), first = "";

	const says = (chosen, place) => {
		const assets = new Set(chosen.flatMap((box) => box.dataset.assets.split(" ").filter(Boolean)));
		const sentence = chosen.length === 1 ? place.dataset.sayOne : place.dataset.sayMany;
		return sentence.replace("{count}", chosen.length).replace("{assets}", [...assets].sort().join(", ") || "–");
	};
	const show = () => {
		const place = document.querySelector("[data-picked]"), all = document.querySelector("[data-pick-all]");
		if (!place) return "";
		const chosen = picked(), box = all.querySelector("input");
		first ||= place.textContent;
		all.hidden = false;
		box.checked = chosen.length === boxes().length;
		box.indeterminate = chosen.length > 0 && !box.checked;
		return (place.textContent = chosen.length ? says(chosen, place) : first);
	};

	document.addEventListener("change", (event) => {
		const isAll = event.target.closest("[data-pick-all]");
		if (isAll) for (const box of boxes()) box.checked = event.target.checked;
		else if (event.target.name !== "pick") return;
		document.dispatchEvent(new CustomEvent("announce", { detail: show() }));
	});
	// A list that is shown anew keeps what was selected of it.
	document.addEventListener("htmx:beforeSwap", () => { kept = new Set(picked().map((box) => box.value)); });
	document.addEventListener("htmx:afterSettle", () => {
		for (const box of boxes()) box.checked ||= kept.has(box.value);
		show();
	});
	window.addEventListener("pageshow", show); // also after Back, where the browser has kept the ticks
	show();
})();
