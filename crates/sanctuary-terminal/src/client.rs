//! The handle on a room, and the task behind it.

use std::{fmt, time::Duration};

use sanctuary_e2ee::{
    Alias, E2eeError, Emoji, Identity, MAX_BURN_S, MessageRef, Password, Said, Saying, TextId,
};
use sanctuary_wire::RoomLock;
use tokio::{
    sync::{
        mpsc::{Receiver, UnboundedReceiver, UnboundedSender, unbounded_channel},
        oneshot,
    },
    task::spawn_blocking,
    time::{Instant, sleep_until},
};
use zeroize::Zeroizing;

use crate::{
    commits::Kick,
    connection::Connection,
    entrance::{self, CreateWish, EntranceError, JoinWish},
    event::{Ended, Event},
    keyring::Keyring,
    line::{self, LineEvent},
    people::Person,
    room::{Deed, Room, SayError},
};

/// A member of a room. Dropping it leaves the room.
pub struct Client {
    commands: UnboundedSender<Command>,
}

/// What a person wants.
enum Command {
    Say(
        Said,
        Option<Vec<Identity>>,
        oneshot::Sender<Result<(), SayError>>,
    ),
    Do(Deed, oneshot::Sender<bool>),
    Kick(Kick),
    KickSource(oneshot::Sender<(sanctuary_e2ee::RoomId, sanctuary_e2ee::RoomName)>),
    Leave,
    Purge,
    State(oneshot::Sender<RoomState>),
}

/// What can go along with a text.
#[derive(Clone, Default)]
pub struct TextOptions {
    /// The text that it answers, which must be here. An answer to a whisper is whispered to all who take part in that one.
    pub reply_to: Option<MessageRef>,
    /// Seconds after which it vanishes where it was shown, at most 3600; 0: it stays.
    pub burn_s: u16,
    /// Those who alone can read it. If it answers a whisper: nobody, or those who take part in that one.
    pub whisper_to: Option<Vec<Identity>>,
}

/// The room at one moment.
#[derive(Clone)]
pub struct RoomState {
    /// The invitation link.
    pub link: Zeroizing<String>,
    /// The password.
    pub password: Password,
    /// The room's name.
    pub room_name: String,
    /// Everybody here.
    pub roster: Vec<Person>,
    /// The safety phrase; empty while the client is not inside.
    pub safety: Vec<&'static str>,
    /// How long the room still lives.
    pub remaining: Duration,
}

impl fmt::Debug for RoomState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoomState(..)")
    }
}

impl Client {
    /// Creates a room and is inside.
    pub async fn create(
        wish: CreateWish,
    ) -> Result<(Self, UnboundedReceiver<Event>), EntranceError> {
        let origin = wish.origin.clone();
        let (connection, room) = entrance::create(wish).await?;
        Self::enter(origin, connection, room).await
    }

    /// Joins a room; answers once the client is inside.
    pub async fn join(wish: JoinWish) -> Result<(Self, UnboundedReceiver<Event>), EntranceError> {
        let (connection, room) = entrance::join(wish).await?;
        Self::enter(room.keys.origin.clone(), connection, room).await
    }

    async fn enter(
        origin: String,
        connection: Connection,
        room: Room,
    ) -> Result<(Self, UnboundedReceiver<Event>), EntranceError> {
        let (commands, inbox) = unbounded_channel();
        let (events, told) = unbounded_channel();
        let (inside, entered) = oneshot::channel();
        let task = Task {
            room,
            line: line::keep(origin, connection),
            out: None,
            is_first: true,
            inbox,
            events,
            inside: Some(inside),
        };
        tokio::spawn(task.run());
        match entered.await {
            Ok(Ok(())) => Ok((Self { commands }, told)),
            Ok(Err(why)) => Err(EntranceError::Ended(why)),
            Err(_) => Err(EntranceError::Ended(Ended::Gone)),
        }
    }

    /// Says something; it goes out as soon as it can. [`Event::Delivery`] tells by its id how far it
    /// came.
    pub fn say(&self, body: &str) -> Result<TextId, E2eeError> {
        let (id, _) = self.command_text(body, TextOptions::default())?;
        Ok(id)
    }

    /// As [`Client::say`], with what can go along with a text; answers once it waits to go out, or why it does not.
    pub async fn say_with(&self, body: &str, options: TextOptions) -> Result<TextId, SayError> {
        let (id, said) = self.command_text(body, options)?;
        said.await.unwrap_or(Err(SayError::Ended))?;
        Ok(id)
    }

    fn command_text(
        &self,
        body: &str,
        options: TextOptions,
    ) -> Result<(TextId, oneshot::Receiver<Result<(), SayError>>), E2eeError> {
        let id = TextId::random()?;
        let what = Saying::Text {
            reply_to: options.reply_to,
            burn_s: options.burn_s.min(MAX_BURN_S),
            body: Zeroizing::new(body.to_owned()),
        };
        let said = Said { id, what };
        said.encode()?;
        let (answer, done) = oneshot::channel();
        let command = Command::Say(said, options.whisper_to, answer);
        let _ = self.commands.send(command);
        Ok((id, done))
    }

    /// Puts another body in place of that of an own text; false if that cannot be done.
    pub async fn edit(&self, target: TextId, body: &str) -> bool {
        let body = Zeroizing::new(body.to_owned());
        self.deed(Deed::Edit { target, body }).await
    }

    /// Takes an own text back; false if that cannot be done.
    pub async fn delete(&self, target: TextId) -> bool {
        self.deed(Deed::Delete { target }).await
    }

    /// Puts an emoji on a text, or takes it off; false if that cannot be done.
    pub async fn react(&self, target: MessageRef, emoji: Emoji) -> bool {
        self.deed(Deed::React { target, emoji }).await
    }

    /// Lets the others know that the person types. To be called at most every 4 seconds, and only if the person wants it.
    pub async fn type_on(&self) -> bool {
        self.deed(Deed::Typing).await
    }

    /// Lets the others know how far the person has read. To be called at most every 3 seconds, and only if the person
    /// wants it; false for what was whispered.
    pub async fn read(&self, up_to: MessageRef) -> bool {
        self.deed(Deed::Read { up_to }).await
    }

    /// Turns cover traffic on or off, for everyone.
    pub async fn set_cover(&self, on: bool) -> bool {
        self.deed(Deed::Cover { on }).await
    }

    /// Locks the room to newcomers, or opens it; false while there is no connection. [`Event::Locked`] tells when it is so.
    pub async fn set_lock(&self, locked: bool) -> bool {
        let lock = if locked {
            RoomLock::Locked
        } else {
            RoomLock::Open
        };
        self.deed(Deed::Lock { lock }).await
    }

    /// Takes another alias; [`Event::Renamed`] tells when the others have it.
    pub async fn rename(&self, alias: &str) -> Result<bool, E2eeError> {
        let alias = Alias::prepare(alias)?;
        Ok(self.deed(Deed::Rename { alias }).await)
    }

    async fn deed(&self, deed: Deed) -> bool {
        let (answer, done) = oneshot::channel();
        let _ = self.commands.send(Command::Do(deed, answer));
        done.await.unwrap_or(false)
    }

    /// Removes somebody and changes link and password; answers when they are out.
    pub async fn kick(&self, identity: Identity) -> Result<(), EntranceError> {
        let (ask, source) = oneshot::channel();
        let _ = self.commands.send(Command::KickSource(ask));
        let (room_id, name) = source
            .await
            .map_err(|_| EntranceError::Ended(Ended::Gone))?;
        let fresh = spawn_blocking(move || Keyring::fresh(room_id, name))
            .await
            .map_err(|_| E2eeError::Random)??;
        let (done, out) = oneshot::channel();
        let _ = self.commands.send(Command::Kick(Kick {
            identity,
            fresh,
            done,
        }));
        out.await
            .map_err(|_| EntranceError::Ended(Ended::Gone))?
            .map_err(EntranceError::Ended)
    }

    /// Leaves the room; [`Event::Ended`] follows.
    pub fn leave(&self) {
        let _ = self.commands.send(Command::Leave);
    }

    /// Ends the room for everybody; [`Event::Ended`] follows.
    pub fn purge(&self) {
        let _ = self.commands.send(Command::Purge);
    }

    /// The room as it is; none once it has ended.
    pub async fn state(&self) -> Option<RoomState> {
        let (ask, state) = oneshot::channel();
        let _ = self.commands.send(Command::State(ask));
        state.await.ok()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(..)")
    }
}

/// Carries between the room, the line and the handle.
struct Task {
    room: Room,
    line: Receiver<LineEvent>,
    /// To the relay, while a connection stands.
    out: Option<UnboundedSender<sanctuary_wire::ClientFrame>>,
    /// Whether the connection that admitted this client is still to be announced.
    is_first: bool,
    inbox: UnboundedReceiver<Command>,
    events: UnboundedSender<Event>,
    /// Hears when the client is inside, or never will be.
    inside: Option<oneshot::Sender<Result<(), Ended>>>,
}

impl Task {
    async fn run(mut self) {
        // Who drops the handle leaves, once.
        let mut has_left = false;
        loop {
            self.pass_on();
            if self.room.ended().is_some() {
                return;
            }
            tokio::select! {
                event = self.line.recv() => match event {
                    Some(event) => self.line_event(event),
                    None => return,
                },
                command = self.inbox.recv(), if !has_left => {
                    has_left = command.is_none();
                    self.command(command.unwrap_or(Command::Leave));
                }
                () = sleep_until(self.room.next_timer()) => self.room.tick(Instant::now()),
            }
        }
    }

    fn line_event(&mut self, event: LineEvent) {
        match event {
            LineEvent::Up { hello, out } => {
                self.out = Some(out);
                if !std::mem::take(&mut self.is_first) {
                    self.room.opened(hello);
                }
            }
            LineEvent::Frame(frame) => self.room.handle(*frame),
            LineEvent::Down => {
                self.out = None;
                self.room.lost();
            }
            LineEvent::Over(why) => self.room.over(why),
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Say(said, whisper_to, answer) => {
                let _ = answer.send(self.room.say_text(said, whisper_to));
            }
            Command::Do(deed, answer) => {
                let _ = answer.send(self.room.do_deed(deed));
            }
            Command::Kick(kick) => self.room.kick(kick),
            Command::KickSource(answer) => {
                let keys = &self.room.keys;
                let _ = answer.send((*keys.secrets.room_id(), keys.room_name.clone()));
            }
            Command::Leave => self.room.leave(),
            Command::Purge => self.room.purge(),
            Command::State(answer) => {
                let _ = answer.send(self.state());
            }
        }
    }

    fn state(&self) -> RoomState {
        let Room {
            keys,
            people,
            member,
            ..
        } = &self.room;
        RoomState {
            link: keys.link(),
            password: keys.password.clone(),
            room_name: keys.room_name.as_str().to_owned(),
            roster: people.list(),
            safety: member
                .as_ref()
                .and_then(|member| member.safety_phrase().ok())
                .unwrap_or_default(),
            remaining: self.room.remaining(),
        }
    }

    /// Sends what the room has for the relay, and tells what it has for people.
    fn pass_on(&mut self) {
        if self.out.is_some() || !self.is_first {
            for frame in self.room.take_out() {
                if let Some(out) = &self.out {
                    let _ = out.send(frame);
                }
            }
        }
        for event in self.room.take_events() {
            let entered = match event {
                Event::Inside => Some(Ok(())),
                Event::Ended(why) => Some(Err(why)),
                _ => None,
            };
            if let (Some(entered), true) = (entered, self.inside.is_some())
                && let Some(inside) = self.inside.take()
            {
                let _ = inside.send(entered);
            }
            let _ = self.events.send(event);
        }
    }
}

#[cfg(test)]
mod tests;
