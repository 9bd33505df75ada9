// Puts a page in the place of the one that is shown. What both need of styles stays as it is.
async (html) => {
  const next = new DOMParser().parseFromString(html, "text/html");
  document.title = next.title;
  for (const { name, value } of next.documentElement.attributes) document.documentElement.setAttribute(name, value);
  const sheets = (from) => [...from.querySelectorAll("link[rel=stylesheet]")];
  const address = (sheet) => sheet.getAttribute("href");
  const wanted = new Set(sheets(next).map(address));
  const here = new Map(sheets(document).map((sheet) => [address(sheet), sheet]));
  for (const [href, link] of here) link.sheet.disabled = !wanted.has(href); // not link.disabled: it would load anew
  const loading = sheets(next)
    .filter((sheet) => !here.has(address(sheet)))
    .map(
      (sheet) =>
        new Promise((done, failed) => {
          sheet.onload = done;
          sheet.onerror = () => failed(new Error(`no stylesheet ${address(sheet)}`));
          document.head.append(sheet);
        }),
    );
  document.body.replaceWith(document.adoptNode(next.body));
  await Promise.all(loading);
};
