// What axe finds on the page that is shown. Contrast costs most of its time and depends on nothing but colours, sizes
// and what lies behind: each kind of text is judged once, and so is each frame (header, footer) that is the same.
async () => {
  const seen = (window.seen ??= new Set());
  const unseen = (sign) => !seen.has(sign) && Boolean(seen.add(sign));

  const behind = new Map();
  const layers = (element) => {
    if (!element) return "";
    if (!behind.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.position].join();
      const plain = own === "rgba(0, 0, 0, 0),none,1,static";
      behind.set(element, layers(element.parentElement) + (plain ? "" : `/${own}`));
    }
    return behind.get(element);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    if (unseen([layers(element), style.color, style.fontSize, style.fontWeight].join("|"))) judged.add(element);
  }
  const withoutToken = (part) => part.outerHTML.replace(/name="csrf[^>]*/g, "");
  const known = [...document.querySelectorAll(".site-header, .site-footer")].filter((part) => !unseen(withoutToken(part)));

  const asked = { resultTypes: ["violations"], preload: false };
  const all = await axe.run(known.length ? { exclude: known } : document, {
    ...asked,
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  const contrast = judged.size ? await axe.run({ include: [...judged] }, { ...asked, runOnly: ["color-contrast"] }) : { violations: [] };
  return [...all.violations, ...contrast.violations].filter((found) => found.impact !== "minor");
};
