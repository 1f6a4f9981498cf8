import { Tooltip } from '@mantine/core';
import { useKeys } from '../ui/keyboard.js';
import type { Layers } from './draw-poses.js';
import classes from './layer-bar.module.css';

const entries: readonly { readonly key: string; readonly layer: keyof Layers; readonly label: string }[] = [
  { key: 's', layer: 'skeletons', label: 'Skeletons' },
  { key: 'b', layer: 'boxes', label: 'Boxes' },
  { key: 'i', layer: 'ids', label: 'Ids' },
  { key: 't', layer: 'trails', label: 'Trails' },
  { key: 'z', layer: 'zones', label: 'Zones' },
  { key: 'c', layer: 'scores', label: 'Confidence' },
];

/** What is drawn over the picture: each layer by a click or by its letter. */
export function LayerBar({
  layers,
  onChange,
}: {
  readonly layers: Layers;
  readonly onChange: (layers: Layers) => void;
}) {
  const toggle = (layer: keyof Layers): void => {
    onChange({ ...layers, [layer]: !layers[layer] });
  };
  useKeys(
    Object.fromEntries(
      entries.map(({ key, layer }) => [
        key,
        () => {
          toggle(layer);
        },
      ]),
    ),
  );
  return (
    <div className={classes.bar} role="group" aria-label="Layers over the picture">
      {entries.map(({ key, layer, label }) => (
        <Tooltip key={layer} label={`${layers[layer] ? 'Hide' : 'Show'} ${label.toLowerCase()} (${key.toUpperCase()})`}>
          <button
            type="button"
            className={classes.toggle}
            aria-pressed={layers[layer]}
            onClick={() => {
              toggle(layer);
            }}
          >
            {label}
            <kbd aria-hidden>{key.toUpperCase()}</kbd>
          </button>
        </Tooltip>
      ))}
    </div>
  );
}
