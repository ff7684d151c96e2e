/** One POST with a limit on everything: time, size of the answer, redirections (none). */
import { type Agent as HttpAgent, request as httpRequest } from 'node:http'
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { timeLimit } from '../time-limit.ts'

export interface PostRequest {
  readonly url: URL
  readonly method: 'POST' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** For the whole of it, from looking up the name to the end of the answer. */
  readonly timeoutMs: number
  readonly agent: HttpAgent | HttpsAgent
}

export interface PostAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The beginning of it. */
  readonly text: string
}

/** Of an answer; what comes beyond is not read, and the connection is not used again. */
const mostAnswerBytes = 4096

/** @throws {Error} No answer: the system's reason, or that the time is over. */
export function post(
  { url, method, headers, body, timeoutMs, agent }: PostRequest,
  signal: AbortSignal,
): Promise<PostAnswer> {
  const limit = timeLimit(timeoutMs, [signal])
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest
  const answered = new Promise<PostAnswer>((resolve, reject) => {
    const request = start(url, {
      method,
      agent,
      signal: limit.signal,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    })
    const fail = (error: Error): void => {
      reject(limit.isOver() ? new Error(`no answer within ${timeoutMs} ms`) : error)
    }
    request.on('error', fail)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      const answer = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8').slice(0, mostAnswerBytes),
        })
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes <= mostAnswerBytes) return
        answer()
        request.destroy()
      })
      response.on('end', answer)
      response.on('error', fail)
    })
    request.end(body)
  })
  return answered.finally(() => limit.end())
}
