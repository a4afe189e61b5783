/* 只做锦上添花:没有它,每一页照样能用。 */
(() => {
  "use strict";
  const script = document.currentScript;
  const root = document.documentElement;

  /* 打印 */
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((details) => {
      details.open = true;
      details.dataset.closed = "";
    });
  });
  window.addEventListener("afterprint", () => {
    document.querySelectorAll("details[data-closed]").forEach((details) => {
      details.open = false;
      delete details.dataset.closed;
    });
  });

  /* 发给别人：手机上直接叫出分享 */
  document.querySelectorAll("[data-share]").forEach((button) => {
    if (!navigator.share) return;
    button.hidden = false;
    button.addEventListener("click", () => navigator.share({ title: document.title, url: button.dataset.share }).catch(() => {}));
  });

  /* 错误汇总:一打开就在焦点上 */
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  /* 快要闲置退出:还有两分钟时说一声,按了就接着用;没有脚本的,退出时交上来的也不丢 */
  document.querySelectorAll("form[data-idle]").forEach((form) => {
    const wait = Math.max(Number(form.dataset.idle) - 120, 30) * 1000;
    const watch = () => setTimeout(() => { form.hidden = false; }, wait);
    watch();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      fetch(form.action, { method: "POST", body: new FormData(form) })
        .then((answer) => { if (answer.status === 204) { form.hidden = true; watch(); } else { location.reload(); } })
        .catch(() => {});
    });
  });

  /* 字数 */
  document.querySelectorAll("textarea[maxlength]").forEach((box) => {
    const counter = document.createElement("p");
    counter.className = "counter num";
    const say = () => { counter.textContent = `${box.value.length} / ${box.maxLength}`; };
    box.after(counter);
    box.addEventListener("input", say);
    say();
  });

  /* 有条件的格子:条件不成立时收起;不用脚本时全部显示,由服务器取舍 */
  const holds = (when, answers) => {
    if (when.all) return when.all.every((one) => holds(one, answers));
    if (when.any) return when.any.some((one) => holds(one, answers));
    if (when.not) return !holds(when.not, answers);
    const given = answers.getAll(when.field).filter((one) => typeof one === "string" && one.trim() !== "");
    const has = (value) => given.includes(String(value));
    const rows = new Set([...answers.keys()].filter((name) => name.startsWith(`${when.field}-`) && answers.get(name)).map((name) => name.slice(when.field.length).split("-")[1]));
    const measure = given.length ? Number(given[0]) : rows.size;
    if (!given.length && !rows.size) return false;
    return {
      equals: () => has(when.value),
      not_equals: () => !has(when.value),
      in: () => when.value.some(has),
      filled: () => true,
      at_least: () => measure >= Number(when.value),
      at_most: () => measure <= Number(when.value),
      before: () => given[0] < when.value,
      after: () => given[0] > when.value,
    }[when.op]();
  };
  const follow = (within) => within.querySelectorAll("[data-when]").forEach((part) => {
    const form = part.closest("form");
    if (!form) return;
    const when = JSON.parse(part.dataset.when);
    const show = () => { part.hidden = !holds(when, new FormData(form)); };
    form.addEventListener("change", show);
    form.addEventListener("input", show);
    show();
  });
  follow(document);

  /* 边填边看：停一停，把填的送去画一遍，换下旁边的预览；不用脚本时，按“预览”是一样的 */
  document.querySelectorAll("form[data-live]").forEach((form) => {
    let timer = 0, asking = new AbortController();
    const put = (page) => {
      const holder = document.createElement("template");
      holder.innerHTML = page;
      const fresh = holder.content.firstElementChild, old = document.getElementById(form.dataset.live);
      old.replaceWith(fresh);
      follow(fresh);
      const marked = fresh.querySelector(`[name="${fresh.dataset.mark}"], [name^="${fresh.dataset.mark}-"]`);
      const field = marked && marked.closest(".field");
      if (!field) return;
      field.classList.add("preview__marked");
      fresh.scrollTop += field.getBoundingClientRect().top - fresh.getBoundingClientRect().top - 64;
    };
    const ask = () => {
      asking.abort();
      asking = new AbortController();
      const told = new FormData(form);
      told.set("preview", "part");
      fetch(form.action, { method: "POST", body: told, signal: asking.signal })
        .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer.status)))
        .then(put)
        .catch(() => {});
    };
    const later = (event) => {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(ask, 400);
    };
    ["input", "change", "compositionend"].forEach((name) => form.addEventListener(name, later));
  });

  /* 边输边提示：上下键选，回车去；不用脚本时，按“搜索”是一样的 */
  document.querySelectorAll("[data-suggest]").forEach((box, index) => {
    const list = document.createElement("ul");
    Object.assign(list, { id: `suggest-${index}`, className: "suggest", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.dataset.found);
    const status = document.createElement("span");
    status.className = "vh";
    status.setAttribute("role", "status");
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })
      .forEach(([name, value]) => box.setAttribute(name, value));
    box.parentNode.append(list, status);
    let chosen = -1, timer = 0, asked = "";
    const options = () => [...list.children];
    const open = (on) => { list.hidden = !on; box.setAttribute("aria-expanded", String(on)); if (!on) point(-1); };
    const point = (at) => {
      chosen = at;
      options().forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
      if (at < 0) box.removeAttribute("aria-activedescendant");
      else { box.setAttribute("aria-activedescendant", options()[at].id); options()[at].scrollIntoView({ block: "nearest" }); }
    };
    const show = (items) => {
      list.replaceChildren(...items.map((item, place) => {
        const option = document.createElement("li");
        Object.assign(option, { id: `${list.id}-${place}`, className: "suggest__option", textContent: item.name, lang: item.lang });
        option.setAttribute("role", "option");
        option.dataset.url = item.url;
        return option;
      }));
      status.textContent = items.length ? box.dataset.found : "";
      open(items.length > 0);
    };
    box.addEventListener("input", (event) => {
      clearTimeout(timer);
      if (event.isComposing) return;
      timer = setTimeout(() => {
        const text = box.value.trim();
        asked = text;
        if (text.length < 2) { show([]); return; }
        fetch(`${box.dataset.suggest}?${new URLSearchParams({ q: text })}`)
          .then((answer) => (answer.ok ? answer.json() : { items: [] }))
          .then((found) => { if (asked === text) show(found.items); })
          .catch(() => show([]));
      }, 250);
    });
    box.addEventListener("compositionend", () => box.dispatchEvent(new Event("input")));
    box.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      const count = options().length;
      if (event.key === "ArrowDown") point((chosen + 1) % count);
      else if (event.key === "ArrowUp") point(chosen <= 0 ? count - 1 : chosen - 1);
      else if (event.key === "Escape") open(false);
      else if (event.key === "Enter" && chosen >= 0) window.location.assign(options()[chosen].dataset.url);
      else return;
      event.preventDefault();
    });
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      if (event.target.dataset.url) window.location.assign(event.target.dataset.url);
    });
    box.addEventListener("blur", () => open(false));
  });

  /* 无障碍工具:朗读、指示线、大鼠标;开关记在本次会话里 */
  const tools = document.querySelector("[data-reading]");
  if (tools) {
    tools.hidden = false;
    const remembered = (name) => { try { return sessionStorage.getItem(`tool-${name}`) === "on"; } catch { return false; } };
    const remember = (name, on) => { try { sessionStorage.setItem(`tool-${name}`, on ? "on" : "off"); } catch { /* 隐私模式 */ } };
    const button = (name) => tools.querySelector(`[data-tool="${name}"]`);
    const press = (name, on) => button(name).setAttribute("aria-pressed", String(on));
    const pressed = (name) => button(name).getAttribute("aria-pressed") === "true";

    const line = document.createElement("div");
    line.className = "reading-line";
    line.hidden = true;
    document.body.append(line);
    document.addEventListener("pointermove", (event) => line.style.setProperty("top", `${event.clientY + 14}px`));
    document.addEventListener("focusin", (event) => line.style.setProperty("top", `${event.target.getBoundingClientRect().bottom + 4}px`));

    const switches = {
      guide: (on) => { line.hidden = !on; },
      pointer: (on) => root.classList.toggle("big-pointer", on),
    };
    Object.entries(switches).forEach(([name, turn]) => {
      const set = (on) => { press(name, on); turn(on); remember(name, on); };
      button(name).addEventListener("click", () => set(!pressed(name)));
      if (remembered(name)) set(true);
    });

    if (!("speechSynthesis" in window)) {
      button("speak").hidden = true;
    } else {
      const words = button("speak").querySelector("[data-on]");
      const stop = () => { speechSynthesis.cancel(); press("speak", false); words.textContent = words.dataset.off; };
      const read = () => {
        const chosen = String(window.getSelection()).trim();
        const text = chosen || document.getElementById("main").innerText;
        const sentences = text.match(/[^。！？；!?;\n]+[。！？；!?;]?/g) || [];
        sentences.forEach((sentence, index) => {
          const said = new SpeechSynthesisUtterance(sentence);
          said.lang = root.lang.startsWith("en") ? "en" : root.lang.endsWith("hant") ? "zh-HK" : "zh-CN";
          said.rate = 0.9;
          if (index === sentences.length - 1) said.onend = stop;
          speechSynthesis.speak(said);
        });
        press("speak", true);
        words.textContent = words.dataset.on;
      };
      /* 按下按钮不应丢掉选中的文字 */
      button("speak").addEventListener("mousedown", (event) => event.preventDefault());
      button("speak").addEventListener("click", () => (pressed("speak") ? stop() : read()));
      window.addEventListener("pagehide", () => speechSynthesis.cancel());
    }
  }

  /* 可安装:只缓存外壳 */
  if (script && script.dataset.worker && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(script.dataset.worker).catch(() => {});
  }
})();
