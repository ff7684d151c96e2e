/** What the program wrote before anybody chose a language: sentences of reports, models and logs. Screen readers read it as English. */
import type { ComponentChildren } from 'preact'

export const InEnglish = ({ children }: { readonly children: ComponentChildren }) => (
  <span lang="en">{children}</span>
)
