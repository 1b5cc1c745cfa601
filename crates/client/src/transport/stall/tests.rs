use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

fn guarded(patience_secs: u64) -> (StallGuard<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
    let (near, far) = tokio::io::duplex(4096);
    let patience = Patience::default();
    patience.begin(Duration::from_secs(patience_secs));
    (StallGuard::new(near, patience), far)
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn silence_ends_after_the_period() {
    let (mut near, _far) = guarded(30);
    let began = Instant::now();
    let error = near.read_u8().await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(began.elapsed().as_secs(), 30);
}

/// Cases: 41.
#[tokio::test(start_paused = true)]
async fn a_byte_a_second_is_silence_too() {
    let (mut near, mut far) = guarded(30);
    let drip = async {
        loop {
            far.write_u8(0).await.unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let read = async { while near.read_u8().await.is_ok() {} };
    let began = Instant::now();
    tokio::select! { () = drip => {}, () = read => {} }
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_slow_line_is_no_stall() {
    let (mut near, mut far) = guarded(30);
    let feed = async {
        for _ in 0..100 {
            far.write_all(&[0; 2048]).await.unwrap();
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
        drop(far);
    };
    let mut all = Vec::new();
    let (read, ()) = tokio::join!(near.read_to_end(&mut all), feed);
    assert_eq!(read.unwrap(), 100 * 2048);
}

/// Cases: 40.
#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_found() {
    let (mut near, _far) = guarded(30);
    let error = near.write_all(&vec![0; 100_000]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn writing_does_not_stop_the_clock_of_a_reader() {
    let (near, mut far) = guarded(30);
    let (mut reader, mut writer) = tokio::io::split(near);
    let began = Instant::now();
    let read = tokio::spawn(async move { reader.read_u8().await.unwrap_err().kind() });
    tokio::time::sleep(Duration::from_secs(10)).await;
    writer.write_all(&[0; 2048]).await.unwrap();
    far.read_exact(&mut [0; 2048]).await.unwrap();
    assert_eq!(read.await.unwrap(), io::ErrorKind::TimedOut);
    assert_eq!(began.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn a_period_without_end_is_one() {
    let (near, mut far) = guarded(30);
    near.patience.begin(Duration::MAX);
    let (mut reader, mut writer) = tokio::io::split(near);
    let read = tokio::spawn(async move { reader.read_u8().await });
    tokio::time::sleep(Duration::from_secs(10)).await;
    writer.write_all(&[0; 2048]).await.unwrap();
    far.write_u8(1).await.unwrap();
    assert_eq!(read.await.unwrap().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_request_begins_a_new_period() {
    let (mut near, mut far) = guarded(30);
    far.write_u8(1).await.unwrap();
    let patience = near.patience.clone();
    let first = async {
        (
            near.read_u8().await,
            tokio::time::timeout(Duration::from_secs(29), near.read_u8())
                .await
                .is_err(),
        )
    };
    assert!(matches!(first.await, (Ok(1), true)));
    patience.begin(Duration::from_secs(30));
    let began = Instant::now();
    near.read_u8().await.unwrap_err();
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn each_request_has_a_period_of_its_own_length() {
    let (mut near, _far) = guarded(30);
    let patience = near.patience.clone();
    let mut waited = async |length: Duration, looked: u64| {
        patience.begin(length);
        let began = Instant::now();
        let looked = Duration::from_secs(looked);
        let read = tokio::time::timeout(looked, near.read_u8()).await;
        (read.is_ok(), began.elapsed().as_secs())
    };
    assert_eq!(waited(Duration::from_secs(30), 29).await, (false, 29));
    assert_eq!(waited(Duration::MAX, 100).await, (false, 100));
    assert_eq!(waited(Duration::from_secs(10), 100).await, (true, 10));
    assert_eq!(waited(Duration::from_mins(1), 100).await, (true, 60));
}

/// Cases: 5.
#[tokio::test(start_paused = true)]
async fn a_period_that_this_process_slept_through_is_no_stall() {
    let (mut near, mut far) = guarded(30);
    let mut read = Box::pin(near.read_u8());
    let mut look = async || {
        let looked = tokio::time::timeout(Duration::ZERO, read.as_mut());
        looked.await.ok()
    };
    assert!(look().await.is_none());
    tokio::time::advance(Duration::from_mins(10)).await;
    assert!(look().await.is_none(), "a new period has begun");
    far.write_u8(1).await.unwrap();
    assert_eq!(look().await.unwrap().unwrap(), 1);
}
