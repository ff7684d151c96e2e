/** Without the narrow blanks of the report, which terminals set unevenly. */
export const plain = (text: string): string => text.replaceAll('\u202f', ' ')
