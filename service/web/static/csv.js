// CSV as rows (RFC 4180), of a file or of the first part of one.

const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/gy;

/**
 * @param {string} text
 * @param {boolean} cut whether it is only the first part: then its last row, which may not be whole, is left out
 * @returns {{columns: string[], rows: string[][]}}
 */
export function parseCsv(text, cut) {
  const all = [];
  let row = [];
  const source = text.replace(/^\ufeff/, "");
  CELL.lastIndex = 0;
  for (let match = CELL.exec(source); match; match = CELL.exec(source)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] !== ",") {
      if (row.length > 1 || row[0] !== "") if (match[3] || !cut) all.push(row);
      row = [];
      if (CELL.lastIndex >= source.length) break;
    }
  }
  const [columns = [], ...rows] = all;
  return { columns, rows };
}
