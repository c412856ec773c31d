package dev.hookset.local.page;

/** Writes the expressions of JavaScript that find what the page shows. */
final class PageScript {
  private PageScript() {}

  static String rows(String id) {
    return "[...document.querySelectorAll('.row')].sort((a, b) => a.ariaPosInSet - b.ariaPosInSet)"
        + ".filter((e) => e.querySelector('.id').textContent.includes('"
        + id
        + "'))";
  }

  static String row(String id) {
    return rows(id) + "[0]";
  }

  static String moments(String words) {
    return "[...document.querySelectorAll('.timeline li > span:last-child')].filter((e) =>"
        + " e.textContent.startsWith('"
        + words
        + "')).length";
  }

  static String allRows(String condition) {
    return "document.querySelectorAll('.row').length > 0 &&"
        + " [...document.querySelectorAll('.row')].every((e) => "
        + condition
        + ")";
  }

  static String button(String words) {
    return "[...document.querySelectorAll('#pane button')].find((e) => e.textContent === '"
        + words
        + "')";
  }
}
