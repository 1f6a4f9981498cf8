/** The product's mark: a person as the product sees one. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden>
      <g stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round">
        <path d="M6.500 17.500 12 12.500h8l5.500 5M12.500 12.500l1.200 8.500h4.600l1.200-8.500M13.700 21 11 29M18.300 21 21 29" />
      </g>
      <circle cx="16" cy="5.500" r="3" fill="var(--pw-track-0)" />
      <g fill="currentColor">
        <circle cx="12" cy="12.500" r="1.900" />
        <circle cx="20" cy="12.500" r="1.900" />
        <circle cx="13.700" cy="21" r="1.900" />
        <circle cx="18.300" cy="21" r="1.900" />
      </g>
    </svg>
  );
}
