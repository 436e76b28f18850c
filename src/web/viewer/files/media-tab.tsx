import { useEffect, useState } from 'preact/hooks';
import { ApiError, apiUrl, getJson } from '../../kit/api-client.ts';
import { formatNumber, formatTime } from '../../kit/format.ts';
import { Notice, Skeleton } from '../../kit/notice.tsx';
import { Slider } from '../../kit/slider.tsx';
import { type ImageSeries, type Images, imageSeries } from './image-series.ts';
import styles from './media-tab.module.css';

/** Images that a run logged: one card a name, with a slider over its steps. */
export const MediaTab = ({ run, count }: { readonly run: string; readonly count: number }) => {
  const [images, setImages] = useState<Images | ApiError | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    getJson<Images>('images', { run }, { signal: abort.signal }).then(setImages, (error) => {
      if (error instanceof ApiError) setImages(error);
    });
    return () => abort.abort();
    // More of them: asked for anew.
  }, [run, count]);

  if (images === null) return <Skeleton lines={4} label="Loading images" />;
  if (images instanceof ApiError) {
    return (
      <Notice tone="bad" title="Images cannot be shown">
        {images.message}
      </Notice>
    );
  }
  const all = imageSeries(images);
  if (all.length === 0) {
    return (
      <Notice icon="image" title="This run logged no images">
        <p>They appear here when the training calls log_image.</p>
      </Notice>
    );
  }
  return (
    <div class={styles.grid}>
      {all.map((series) => (
        <ImageCard key={series.key} run={run} series={series} />
      ))}
    </div>
  );
};

/** Pixels; samples of a data set are often smaller, and of them each pixel counts. */
const SMALL = 128;

const markSmall = ({ currentTarget: image }: { currentTarget: HTMLImageElement }): void => {
  const isSmall = Math.max(image.naturalWidth, image.naturalHeight) <= SMALL;
  image.toggleAttribute('data-small', isSmall);
};

const ImageCard = ({ run, series }: { run: string; series: ImageSeries }) => {
  const { key, images } = series;
  const last = images.length - 1;
  // null: the newest, also when one more comes.
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.min(chosen ?? last, last);
  const image = images[at];
  if (image === undefined) return null;
  const source = apiUrl('file', { run, path: image.path });
  return (
    <figure class={styles.card}>
      <a class={styles.frame} href={source} target="_blank" rel="noreferrer">
        <img
          class={styles.image}
          src={source}
          alt={image.caption ?? key}
          loading="lazy"
          onLoad={markSmall}
        />
      </a>
      <figcaption class={styles.caption}>
        <span class={styles.name}>{key}</span>
        <span class={styles.step} title={formatTime(image.time)}>
          {image.step === null ? '' : `step ${formatNumber(image.step)}`}
        </span>
        {image.caption !== null && <span class={styles.words}>{image.caption}</span>}
        {last > 0 && (
          <Slider
            class={styles.slider}
            label={`Step of ${key}`}
            {...{ min: 0, max: last, step: 1, value: at }}
            text={`step ${image.step ?? at}`}
            onInput={(next) => setChosen(next === last ? null : next)}
          />
        )}
      </figcaption>
    </figure>
  );
};
