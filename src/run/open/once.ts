import { present } from '../../present.ts'

/** Works it out when first asked, and only then; what it took to is let go. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let pending: (() => Promise<T>) | null = work
  let result: Promise<T> | null = null
  return () => {
    if (pending !== null) {
      result = pending()
      pending = null
    }
    return present(result, 'what was asked for')
  }
}
