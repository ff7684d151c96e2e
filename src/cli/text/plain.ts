/** Without the narrow blanks of the report, which terminals set unevenly: thousands have commas, as in all other words at a terminal. */
export const plain = (text: string): string =>
  text.replace(/(?<=\d)\u202f(?=\d{3})/g, ',').replaceAll('\u202f', ' ')
