"use strict";
// Sorts tables by the column whose heading is clicked, and shows only the rows that have what is typed.
for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => heading.querySelector("button").addEventListener("click", () => {
    const falls = heading.getAttribute("aria-sort") === "ascending";
    for (const other of headings) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", falls ? "descending" : "ascending");
    const key = (row) => {
      const cell = row.cells[column];
      return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
    };
    const compare = (one, other) => typeof one === "number" && typeof other === "number"
      ? one - other
      : String(one).localeCompare(String(other), "en", { numeric: true });
    const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
    rows.sort(([one], [other]) => (falls ? -1 : 1) * compare(one, other));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }));
}
for (const input of document.querySelectorAll("input[data-filter]")) {
  const table = document.getElementById(input.dataset.filter);
  const count = document.getElementById(`${input.dataset.filter}-count`);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const names = [...row.cells].slice(0, Number(input.dataset.columns)).map((cell) => cell.textContent.toLowerCase());
      row.hidden = !names.some((name) => name.includes(wanted));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = `${shown} ${input.dataset.noun}${shown === 1 ? "" : "s"}`;
  });
}
