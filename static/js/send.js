// Acts that cannot be undone are sent by script, so that a page is left to say that nobody knows whether it went through.
(() => {
	const { sayUnanswered, sayUnsure, sayLost, sayAgain, sayStillLost } = document.currentScript.dataset;
	const UNSURE = [502, 503, 504]; // from a proxy, which does not know either
	const announce = (words) => document.dispatchEvent(new CustomEvent("announce", { detail: words }));

	const goOn = async (answer) => {
		const to = answer.headers.get("X-Go-To");
		if (to) return location.assign(to);
		const page = await answer.text();
		document.open(); // refused: the page that the browser itself would show, with what was typed
		document.write(page);
		document.close();
		history.replaceState(null, "", answer.url); // its address, as after any answer
	};

	const noteBelow = (form, name, inside) => {
		const note = Object.assign(document.createElement("div"), { className: "message message--warn", tabIndex: -1 });
		note.dataset[name] = "";
		note.innerHTML = `<span></span>${inside}`;
		form.after(note);
		return note;
	};

	const tellUnsure = (form) => {
		const check = form.closest("[data-check]").dataset.check;
		let note = form.parentElement.querySelector("[data-unsure]");
		if (!note) {
			note = noteBelow(form, "unsure", '<p><b></b> <span data-why></span></p><a class="message__act" data-check-again></a>');
			note.querySelector("b").textContent = sayUnsure;
			note.querySelector("a").textContent = sayAgain;
		}
		note.querySelector("[data-why]").textContent = sayLost;
		note.querySelector("a").href = check;
		dispatchEvent(new Event("pageshow")); // the button shows its words again
		announce(`${sayUnsure} ${sayLost}`);
		note.scrollIntoView({ block: "nearest" });
	};

	// On window, and after app.js, which stops a second press of what is being sent.
	window.addEventListener("submit", async (event) => {
		const form = event.target;
		if (event.defaultPrevented || form.method !== "post" || !form.closest("[data-check]")) return;
		event.preventDefault();
		form.parentElement.querySelector("[data-unsure]")?.remove();
		const body = new URLSearchParams(new FormData(form, event.submitter)), headers = { "X-Sent-By": "script" };
		try {
			const answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body, headers, signal: AbortSignal.timeout(60000) });
			if (UNSURE.includes(answer.status)) throw answer;
			await goOn(answer);
		} catch { tellUnsure(form); }
	});

	document.addEventListener("click", async (event) => {
		const link = event.target.closest("[data-check-again]");
		if (!link) return;
		event.preventDefault();
		try {
			await fetch(link.href, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(10000) });
			location.assign(link.href);
		} catch {
			const words = sayStillLost.replace("{time}", new Date().toLocaleTimeString("en-GB"));
			link.parentElement.querySelector("[data-why]").textContent = words;
			announce(words);
		}
	});

	// What htmx sent changes nothing that cannot be undone; where it got no answer, the form says so until it gets one.
	const tellUnanswered = ({ detail: { elt, xhr } }) => {
		const form = elt.closest("form");
		if (!form || (xhr.status && xhr.status < 500)) return;
		announce(sayUnanswered);
		if (document.querySelector("[data-unanswered]")) return;
		const note = noteBelow(form, "unanswered", "<p></p>");
		note.lastChild.textContent = sayUnanswered;
		note.scrollIntoView({ block: "nearest" });
	};
	document.addEventListener("htmx:sendError", tellUnanswered);
	document.addEventListener("htmx:responseError", tellUnanswered);
	document.addEventListener("htmx:afterRequest", ({ detail }) => {
		if (detail.successful) document.querySelector("[data-unanswered]")?.remove();
	});
})();
