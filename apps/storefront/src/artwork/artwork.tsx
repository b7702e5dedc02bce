import type { ReactNode } from "react";
import styles from "./artwork.module.css";

const ink = {
  stroke: "var(--ink)",
  strokeWidth: 3,
  fill: "none",
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;
const solid = { fill: "var(--ink)" } as const;

/** Our own drawings by the catalogue's artwork key, each on a field of 120 × 120. */
const drawings: Record<string, ReactNode> = {
  lamp: (
    <>
      <path d="M43 22h34l14 34H29z" fill="var(--amber)" />
      <path d="M60 56v42" {...ink} />
      <path d="M72 57v14" {...ink} strokeWidth={1.5} />
      <circle cx="72" cy="73" r="2" {...solid} />
      <rect x="40" y="97" width="40" height="6" rx="3" {...solid} />
    </>
  ),
  chair: (
    <>
      <path d="M36 22q-4 22 4 44" {...ink} strokeWidth={5} />
      <path d="M40 28l10 34 34 2 2-8-28-4-8-27z" fill="var(--clay)" />
      <path d="M38 66h50" {...ink} strokeWidth={5} />
      <path d="M43 68L34 102M82 68l9 34M38 86h49" {...ink} />
      <path d="M52 50h36" {...ink} />
      <path d="M84 50v14" {...ink} />
    </>
  ),
  clock: (
    <>
      <circle cx="60" cy="60" r="42" {...solid} />
      <circle cx="60" cy="60" r="36" fill="var(--sheet)" />
      <path d="M60 30v6M60 84v6M30 60h6M84 60h6" {...ink} />
      <path d="M60 60V41M60 60l14 9" {...ink} strokeWidth={4} />
      <path d="M60 70L60 34" stroke="var(--red)" strokeWidth="1.8" transform="rotate(215 60 60)" />
      <circle cx="60" cy="60" r="4" fill="var(--red)" />
    </>
  ),
  radio: (
    <>
      <path d="M74 38L96 18" {...ink} />
      <rect x="18" y="38" width="84" height="56" rx="8" fill="var(--clay)" />
      <rect x="26" y="46" width="40" height="40" rx="4" fill="var(--sheet)" />
      <path d="M33 54h26M33 62h26M33 70h26M33 78h26" {...ink} strokeWidth={2} />
      <circle cx="84" cy="58" r="10" fill="var(--sheet)" />
      <path d="M84 58l5-6" {...ink} strokeWidth={2.5} />
      <circle cx="78" cy="80" r="3.5" {...solid} />
      <circle cx="91" cy="80" r="3.5" {...solid} />
      <path d="M30 97h8M82 97h8" {...ink} strokeWidth={5} />
    </>
  ),
  teapot: (
    <>
      <path d="M86 56q18-4 16 12-2 14-20 14" {...ink} strokeWidth={5} />
      <path d="M36 72Q22 70 18 50l-4-4 9-3q2 14 16 16z" fill="var(--teal)" />
      <path d="M34 52h54q6 42-14 46H48Q28 94 34 52z" fill="var(--teal)" />
      <path d="M31 72q29 8 59 0" stroke="var(--sheet)" strokeWidth="2.5" fill="none" />
      <path d="M40 50q21-12 42 0z" {...solid} />
      <circle cx="61" cy="39" r="5" {...solid} />
    </>
  ),
  print: (
    <>
      <rect x="28" y="18" width="64" height="84" fill="var(--sheet)" stroke="var(--ink)" strokeWidth="3" />
      <circle cx="64" cy="48" r="16" fill="var(--red)" />
      <path d="M36 82V66l12-10 14 12 10-7 12 11v10z" {...solid} />
      <path d="M36 92h14M72 92h12" {...ink} strokeWidth={1.6} />
    </>
  ),
  vase: (
    <>
      <path d="M60 46Q58 30 46 18M62 46Q66 30 76 24" {...ink} strokeWidth={2.2} />
      <path d="M46 18q-10 2-8 12 10-2 8-12zM76 24q10-2 12 8-11 3-12-8z" fill="var(--teal)" />
      <path
        d="M50 44h22q-2 10 8 20 10 14-2 34-3 6-8 6H52q-5 0-8-6-12-20-2-34 10-10 8-20z"
        fill="var(--sheet)"
        stroke="var(--ink)"
        strokeWidth="3"
      />
      <path d="M38 74q23 9 46 0M38 82q23 9 46 0" stroke="var(--blue)" strokeWidth="2.5" fill="none" />
    </>
  ),
  camera: (
    <>
      <path d="M42 40l6-12h24l6 12z" {...solid} />
      <rect x="16" y="38" width="88" height="54" rx="6" fill="var(--amber)" />
      <rect x="16" y="48" width="88" height="32" {...solid} />
      <circle cx="60" cy="65" r="22" fill="var(--sheet)" stroke="var(--ink)" strokeWidth="4" />
      <circle cx="60" cy="65" r="11" {...solid} />
      <circle cx="56" cy="61" r="3.5" fill="var(--sheet)" />
      <rect x="84" y="32" width="12" height="6" rx="2" {...solid} />
      <circle cx="93" cy="43.5" r="2.4" fill="var(--red)" />
    </>
  ),
};

const parcel = (
  <>
    <rect x="28" y="36" width="64" height="60" fill="var(--amber)" />
    <path d="M28 36h64M60 36v60" {...ink} />
  </>
);

export function Artwork({ artwork, small = false }: { artwork: string; small?: boolean }) {
  return (
    <svg viewBox="0 0 120 120" className={small ? styles.small : styles.picture} aria-hidden="true">
      {drawings[artwork] ?? parcel}
    </svg>
  );
}
