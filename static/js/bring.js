/** Choosing themes that are brought in: a branch is ticked with the theme that it hangs on. */

document.documentElement.classList.add("js");

const plan = document.getElementById("plan");
const level = (item) => Number(item.dataset.level);

function below(item) {
  const found = [];
  for (let one = item.nextElementSibling; one && level(one) > level(item); one = one.nextElementSibling) found.push(one);
  return found;
}

const boxes = (items) => items.flatMap((item) => [...item.querySelectorAll("input[name=take]")]);

plan?.addEventListener("change", ({ target }) => {
  if (target.name !== "take") return;
  const item = target.closest("li");
  // What differs is taken one by one: it changes what stands here.
  for (const box of boxes(below(item).filter((one) => one.matches(".what-new")))) box.checked = target.checked;
});

plan?.addEventListener("click", ({ target }) => {
  const wanted = target.closest("[data-tick]")?.dataset.tick;
  if (!wanted) return;
  for (const box of boxes([...plan.querySelectorAll(".plan > li")]))
    box.checked = wanted === "all" || (wanted === "new" && box.closest("li").matches(".what-new"));
});
