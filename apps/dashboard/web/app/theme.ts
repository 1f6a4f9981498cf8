import {
  Button,
  createTheme,
  Modal,
  Progress,
  Radio,
  Switch,
  Tooltip,
  type VariantColorsResolver,
} from '@mantine/core';
import classes from './theme.module.css';

/** Ink on paper, paper on ink: colour is kept for tracks and for trouble. All values come from the tokens. */
const inkResolver: VariantColorsResolver = ({ variant, color }) => {
  const isDanger = color === 'danger';
  const text = isDanger ? 'var(--pw-critical)' : 'var(--pw-text)';
  switch (variant) {
    case 'filled':
      return {
        background: isDanger ? 'var(--pw-critical)' : 'var(--pw-ink)',
        hover: isDanger ? 'var(--pw-critical)' : 'var(--pw-ink-hover)',
        color: 'var(--pw-on-ink)',
        border: '1px solid transparent',
      };
    case 'subtle':
    case 'transparent':
      return { background: 'transparent', hover: 'var(--pw-hover)', color: text, border: '1px solid transparent' };
    default:
      return {
        background: 'var(--pw-raised)',
        hover: 'var(--pw-hover)',
        color: text,
        border: '1px solid var(--pw-line-strong)',
      };
  }
};

export const theme = createTheme({
  variantColorResolver: inkResolver,
  respectReducedMotion: true,
  focusRing: 'never',
  cursorType: 'pointer',
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm', variant: 'default' }, classNames: { root: classes.button } }),
    Progress: Progress.extend({ defaultProps: { color: 'var(--pw-ink)' }, classNames: { root: classes.progress } }),
    Radio: Radio.extend({ defaultProps: { color: 'var(--pw-ink)', iconColor: 'var(--pw-on-ink)' } }),
    RadioIndicator: Radio.Indicator.extend({ defaultProps: { color: 'var(--pw-ink)', iconColor: 'var(--pw-on-ink)' } }),
    Switch: Switch.extend({
      defaultProps: { withThumbIndicator: false },
      classNames: { thumb: classes.thumb, label: classes.label, description: classes.description },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 350, withArrow: false },
      classNames: { tooltip: classes.tooltip },
    }),
    // The scroll lock of the library writes a style element; the page locks its own scrolling in base.css.
    Modal: Modal.extend({
      defaultProps: { lockScroll: false, centered: true, overlayProps: { backgroundOpacity: 0.55 } },
      classNames: {
        content: classes.dialog,
        header: classes.dialogHeader,
        title: classes.dialogTitle,
        body: classes.dialogBody,
      },
    }),
  },
});
