/** Headers that every answer has: nothing is loaded from elsewhere, nothing is framed, nothing is guessed, nothing is kept. */
import type { FastifyReply } from 'fastify'

/** Own scripts and styles alone; pictures also from memory, since the page draws and previews; a camera where the page asks. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

export function setSecurityHeaders(reply: FastifyReply, isTls: boolean): void {
  reply.headers({
    'content-security-policy': contentPolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
    ...(isTls && { 'strict-transport-security': 'max-age=31536000' }),
  })
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
}
