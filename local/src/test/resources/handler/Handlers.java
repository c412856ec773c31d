package app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.hookset.work.Application;
import dev.hookset.work.Routes;
import dev.hookset.work.Setup;
import java.time.LocalDate;
import java.time.ZoneOffset;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * A user's handler that brings a library of its own, and a client of a service that nothing else
 * uses.
 */
public final class Handlers implements Application {
  @Override
  public Routes routes(Setup setup) {
    ObjectMapper json =
        new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    SsmClient parameters = SsmClient.create();
    return Routes.builder()
        .otherwise(
            (event, context) -> {
              LocalDate today = LocalDate.ofInstant(java.time.Instant.now(), ZoneOffset.UTC);
              String date = json.convertValue(today, String.class);
              parameters.getParameter(request -> request.name("/page-on/" + date));
            })
        .build();
  }
}
